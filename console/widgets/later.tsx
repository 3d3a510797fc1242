/** A part of the page that few need: its script is read when it is first shown, and kept from then on. */
import { useSignal } from '@preact/signals'
import type { FunctionComponent } from 'preact'
import { useEffect } from 'preact/hooks'
import { Failed, Waiting } from './told.tsx'

/** `load` rejects while the server is gone: then the part can be asked for again. */
export function later<Props extends object>(load: () => Promise<FunctionComponent<Props>>): FunctionComponent<Props> {
  let known: FunctionComponent<Props> | undefined
  return function Later(props: Props) {
    const state = useSignal<{ readonly Part?: FunctionComponent<Props> | undefined; readonly error?: unknown }>({ Part: known })
    const read = async (): Promise<void> => {
      try {
        known ??= await load()
        state.value = { Part: known }
      } catch (error) {
        state.value = { error }
      }
    }
    useEffect(() => {
      if (known === undefined) void read()
    }, [])
    const { Part, error } = state.value
    if (Part !== undefined) return <Part {...props} />
    return error === undefined ? <Waiting what="Reading this part of the page" /> : <Failed error={error} again={read} />
  }
}
