/** What an import is told besides the files. */
export interface ImportOptions {
  /** One of those that `recognise` knows; left out: by its look. */
  readonly format?: string
  readonly stack?: string
  readonly region: string
  /** Twelve digits. */
  readonly account: string
  readonly parameters: ReadonlyMap<string, string>
  /** What other stacks export. */
  readonly importValues: ReadonlyMap<string, string>
  /** Dynamic references such as `ssm:/path`. */
  readonly resolutions: ReadonlyMap<string, string>
  /** Names of tables by what the file calls them. */
  readonly names: ReadonlyMap<string, string>
  /** What made names have: `logical` or `stack-logical`. */
  readonly namesBy: 'logical' | 'stack'
  readonly stage?: string
  /** Which sets of items, where a format has several; left out: all. */
  readonly seedSets?: ReadonlySet<string>
  /** Variables of the process, for formats that read them. */
  readonly environment?: { readonly [name: string]: string | undefined }
}

/** Of who is told nothing but where tables are made. */
export function plainImport({ region, account }: Pick<ImportOptions, 'region' | 'account'>): ImportOptions {
  return {
    region,
    account,
    parameters: new Map(),
    importValues: new Map(),
    resolutions: new Map(),
    names: new Map(),
    namesBy: 'logical',
  }
}
