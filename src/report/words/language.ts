/** The languages of the report, and text that exists in all of them. */

export const languages = { en: "English", zh: "简体中文" } as const;
export type Language = keyof typeof languages;

export const isLanguage = (name: string): name is Language => Object.hasOwn(languages, name);

/** A phrase in every language. */
export type Text = Readonly<Record<Language, string>>;

/** What the tables of the library hold: a title, and the same in Chinese. */
interface Titled {
  readonly title: string;
  readonly zh: { readonly title: string };
}

export const titleText = ({ title, zh }: Titled): Text => ({ en: title, zh: zh.title });

/** The same text in every language: names and formulas. */
export const sameText = (text: string): Text => ({ en: text, zh: text });

/** A table of messages: what English has, Chinese must have with the same parameters, or it does not compile. */
export const inBoth = <M>(table: {
  readonly en: M;
  readonly zh: NoInfer<M>;
}): Readonly<Record<Language, M>> => table;
