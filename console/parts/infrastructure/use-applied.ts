/** What is to be done with the files, what it would come to, and what it came to. */
import { type Signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ServerInfo } from '../../../src/server/control/routes.ts'
import { applyDropped, type DoneWith } from './apply-dropped.ts'
import type { Dropped } from './dropped-files.ts'
import { handedOver } from './handed-over.ts'
import { optionsIn } from './told-options.ts'

export interface Settings {
  readonly text: string
  readonly replace: 'none' | 'drop' | 'copy'
  readonly data: 'new' | 'always' | 'never'
  readonly isPruned: boolean
}

export interface Told {
  readonly isDryRun: boolean
  readonly done?: DoneWith
  readonly error?: unknown
}

export interface Applying {
  readonly dropped: Signal<Dropped | undefined>
  readonly settings: Signal<Settings>
  readonly told: Signal<Told | undefined>
  readonly isBusy: Signal<boolean>
  /** Reads files, and says what would be done. */
  take(files: Promise<Dropped>): Promise<void>
  change(settings: Partial<Settings>): Promise<void>
  /** Says what would be done, or does it. */
  run(how: { readonly isDryRun: boolean }): Promise<void>
}

const asTheCommand: Settings = { text: '', replace: 'none', data: 'new', isPruned: false }

export function useApplied(info: ServerInfo): Applying {
  const dropped = useSignal<Dropped | undefined>(undefined)
  const settings = useSignal(asTheCommand)
  const told = useSignal<Told | undefined>(undefined)
  const isBusy = useSignal(false)
  const round = useSignal(0)
  const run = async ({ isDryRun }: { readonly isDryRun: boolean }): Promise<void> => {
    const files = dropped.value
    if (files === undefined) return
    const { text, ...rest } = settings.value
    round.value += 1
    const own = round.value
    isBusy.value = true
    let result: Told
    try {
      result = { isDryRun, done: await applyDropped(info, { dropped: files, told: optionsIn(text), isDryRun, ...rest }) }
    } catch (error) {
      result = { isDryRun, error }
    }
    // Another file, or other options, may have come meanwhile.
    if (own !== round.value) return
    told.value = result
    isBusy.value = false
  }
  const take = async (files: Promise<Dropped>): Promise<void> => {
    try {
      dropped.value = await files
      await run({ isDryRun: true })
    } catch (error) {
      dropped.value = undefined
      told.value = { isDryRun: true, error }
    }
  }
  const handed = handedOver.value
  useEffect(() => {
    if (handed === undefined) return
    handedOver.value = undefined
    void take(handed)
  }, [handed])
  return {
    dropped,
    settings,
    told,
    isBusy,
    take,
    run,
    change: (changed) => {
      settings.value = { ...settings.value, ...changed }
      return run({ isDryRun: true })
    },
  }
}
