/**
 * Links of docs/ as the site has them. To what is beside it (examples, sources) they lead somewhere on a code host, and here they are names;
 * a README.md is the first page of its folder.
 */

interface Token {
  readonly type: string
  tag: string
  attrs: unknown
  attrSet(name: string, value: string): void
  readonly children: readonly Token[] | null
  attrGet(name: string): string | null
}

interface Markdown {
  readonly core: { readonly ruler: { push(name: string, rule: (state: MarkdownState) => void): void } }
}

interface MarkdownState {
  readonly tokens: readonly Token[]
  /** `relativePath`: within docs/. */
  readonly env: { readonly relativePath?: string }
}

export function leadWithinTheSite(markdown: Markdown): void {
  markdown.core.ruler.push('within the site', ({ tokens, env }) => {
    const outside = '../'.repeat((env.relativePath ?? '').split('/').length)
    for (const { children } of tokens) {
      if (children !== null) changeLinks(children, outside)
    }
  })
}

/** `outside`: how a link begins that leads out of docs/. */
function changeLinks(tokens: readonly Token[], outside: string): void {
  for (const [index, token] of tokens.entries()) {
    const href = token.type === 'link_open' ? token.attrGet('href') : null
    if (href === null) continue
    if (href.startsWith(outside)) {
      const end = tokens.find((other, at) => at > index && other.type === 'link_close')
      for (const each of [token, end]) if (each !== undefined) each.tag = 'span'
      token.attrs = null
    } else token.attrSet('href', href.replace(/\bREADME\.md(?=#|$)/, 'index.md'))
  }
}
