/** Every implementation of Store keeps every law of the contract. */
import { skipWithoutPostgres } from '../harness/postgres.ts'
import { openPostgres } from './open-postgres.ts'
import { implementations, localStores } from './open-stores.ts'
import { describeLocalStore, describeStoreContract } from './store.contract.ts'

for (const [name, open] of implementations) describeStoreContract(name, open)
describeStoreContract('postgres', openPostgres, skipWithoutPostgres)
for (const [name, open] of localStores) describeLocalStore(name, open)
