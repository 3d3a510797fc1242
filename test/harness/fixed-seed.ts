/**
 * Loaded before every test file: properties draw the same cases in every run, so that a run that was green stays green. Other cases:
 * `PROPERTY_SEED=2 npm test`. What fails prints its seed and path all the same.
 */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 1) })
