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
