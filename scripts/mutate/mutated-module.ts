/**
 * Loaded into the process of a test, and into every process and worker that it starts: gives one module of the repository out with one
 * change, which `STATOR_MUTANT` names. No file is touched.
 */
import { registerHooks } from 'node:module'
import { applied, type Mutant } from './find-mutants.ts'

const { url: mutatedUrl, change }: { url: string; change: Pick<Mutant, 'start' | 'end' | 'replacement'> } = JSON.parse(
  process.env.STATOR_MUTANT ?? '{}',
)

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (url !== mutatedUrl || loaded.source == null) return loaded
    const text = typeof loaded.source === 'string' ? loaded.source : Buffer.from(loaded.source as Uint8Array).toString('utf8')
    return { ...loaded, source: applied(text, change) }
  },
})
