export function run(options: { network: string; norm: string; threads: number }): Promise<{
  hash: string;
  losses: number[];
  isolated: boolean;
}>;
