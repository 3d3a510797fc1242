/** Every implementation of Store keeps every law of the contract. */
import { implementations } from './open-stores.ts'
import { describeStoreContract } from './store.contract.ts'

for (const [name, open] of implementations) describeStoreContract(name, open)
