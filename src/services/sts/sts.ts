/** STS as a wing: its contract, and its operations over the identities of IAM. */
import type { Caller } from '../../policies/caller.ts'
import type { ServiceContract } from '../../protocols/service-contract.ts'
import { openIdentities } from '../iam/identities/open-identities.ts'
import type { Wing } from '../wing.ts'
import { stsErrors } from './contract/errors.ts'
import { requestBytesMax } from './contract/limits.ts'
import { absentOperations, type StsOperation, stsOperations } from './contract/operations.ts'
import { readStsInput } from './contract/read-input.ts'
import { stsShapes } from './contract/shapes.ts'
import { stsHandlers } from './operations/registry.ts'
import { stsNeeds } from './operations/sts-needs.ts'

const contract: ServiceContract = {
  apiVersion: '2011-06-15',
  operations: stsOperations,
  absentOperations,
  shapes: stsShapes,
  errors: stsErrors,
  fault: {
    exception: 'InternalFailure',
    message: 'The request processing has failed because of an unknown error, exception or failure.',
  },
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  bodyBytesMax: requestBytesMax,
}

export const sts: Wing = {
  title: 'STS',
  contract,
  open: async (house) => {
    const { identities, vault, known } = await openIdentities(house)
    const policiesOf = known && ((caller: Caller) => known.policiesOf(caller))
    return {
      run: async ({ engine, caller, keys, operation, raw }) => {
        const name = operation as StsOperation
        const input = readStsInput(name, raw) as never
        // What others changed before they were answered is seen here.
        await identities.catchUp()
        return stsHandlers[name]({ engine, identities, vault, caller, keys, policiesOf }, input)
      },
      needs: stsNeeds,
      jobs: [],
    }
  },
}
