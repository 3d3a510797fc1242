/** The keys of who signed in, where the server asks for signatures: kept for this tab, and gone with it. */
import { type Signal, signal } from '@preact/signals'

export interface KeyPair {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

const [mode = 'full', signedWord] = (document.querySelector('meta[name=stator-console]')?.getAttribute('content') ?? 'full').split(' ')

/** Whether the server answers nobody whom it does not know. */
export const mustSign: boolean = signedWord === 'signed'
/** Whether the page may change something. The server is started with `--console read` otherwise. */
export const mayChange: boolean = mode === 'full'

/** Whether the server wants its token from this browser first. */
export const needsToken: Signal<boolean> = signal(false)

const sessionPlace = 'stator-session'

/** Whether this browser has brought the token: what stands for it no script can see. */
export const hasSession: Signal<boolean> = signal(localStorage.getItem(sessionPlace) !== null)

export function noteSession(isThere: boolean): void {
  if (isThere) localStorage.setItem(sessionPlace, 'yes')
  else localStorage.removeItem(sessionPlace)
  hasSession.value = isThere
  needsToken.value = !isThere
}

const place = 'stator-keys'

export const keys: Signal<KeyPair | undefined> = signal(kept())

export function signIn(pair: KeyPair): void {
  sessionStorage.setItem(place, JSON.stringify(pair))
  keys.value = pair
}

export function signOut(): void {
  sessionStorage.removeItem(place)
  keys.value = undefined
}

function kept(): KeyPair | undefined {
  const text = sessionStorage.getItem(place)
  return text === null ? undefined : (JSON.parse(text) as KeyPair)
}
