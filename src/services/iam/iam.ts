/** IAM as a wing: its contract, and its operations over the identities of the account. */
import type { ServiceContract } from '../../protocols/service-contract.ts'
import type { Wing } from '../wing.ts'
import { iamErrors } from './contract/errors.ts'
import { requestBytesMax } from './contract/limits.ts'
import { absentOperations, type IamOperation, iamOperations } from './contract/operations.ts'
import { readIamInput } from './contract/read-input.ts'
import { iamShapes } from './contract/shapes.ts'
import { openIdentities } from './identities/open-identities.ts'
import { readIdentityFile } from './identities/read-identity-file.ts'
import { makeRootKey } from './identities/root-key.ts'
import { iamNeeds } from './operations/iam-needs.ts'
import { iamHandlers } from './operations/registry.ts'

const contract: ServiceContract = {
  apiVersion: '2010-05-08',
  operations: iamOperations,
  absentOperations,
  shapes: iamShapes,
  errors: iamErrors,
  fault: {
    exception: 'ServiceFailureException',
    message: 'The request processing has failed because of an unknown error, exception or failure.',
  },
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  bodyBytesMax: requestBytesMax,
}

export const iam: Wing = {
  title: 'IAM',
  contract,
  open: async (house) => {
    const { identities, vault, keyUses, known } = await openIdentities(house)
    const { account, clock, random } = house.engine
    const { rootKey, rootKeyPlace, file } = house.access ?? {}
    await file?.follow((text) => identities.setFileEntities(readIdentityFile(text, file, account)))
    if (rootKey === undefined && rootKeyPlace !== undefined) {
      await makeRootKey({ identities, keys: await vault.open(), account, clock, random }, rootKeyPlace)
    }
    return {
      run: async ({ engine, caller, operation, raw }) => {
        const name = operation as IamOperation
        const input = readIamInput(name, raw) as never
        // What others changed before they were answered is seen here.
        await identities.catchUp()
        return iamHandlers[name]({ engine, identities, vault, keyUses, caller }, input)
      },
      needs: (call) => iamNeeds(identities, call),
      jobs: [{ name: keyUses.jobName, isPerNode: true, step: (nowMs) => keyUses.step(nowMs) }],
      identities: known,
      close: async () => {
        // Uses are no loss that a server would not end for.
        while (await keyUses.keep().catch(() => false));
      },
    }
  },
}
