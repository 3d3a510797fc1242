/** Every implementation of Store keeps every law of the contract. */
import { implementations, localStores } from './open-stores.ts'
import { describeLocalStore, describeStoreContract } from './store.contract.ts'

for (const [name, open] of implementations) describeStoreContract(name, open)
for (const [name, open] of localStores) describeLocalStore(name, open)
