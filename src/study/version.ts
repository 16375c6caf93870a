/** What a stored number depends on besides its configuration. */

/** The package's version; a test compares it with package.json. */
export const LIBRARY_VERSION = "0.1.0";

/** Raised whenever the same configuration would give other numbers, or files another form. */
export const RESULT_VERSION = 7;
