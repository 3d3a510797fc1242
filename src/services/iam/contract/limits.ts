/** Every limit of IAM: AWS's, by its page of quotas (reference_iam-quotas), and how much Stator does for one request. */

import { hourMs } from '../../../base/clock.ts'

// In an account.
export const usersMax = 5000
export const groupsMax = 300
export const rolesMax = 1000
export const managedPoliciesMax = 1500

// For one of them.
export const accessKeysPerUserMax = 2
export const groupsPerUserMax = 10
export const attachedPoliciesMax = 10
export const policyVersionsMax = 5
export const tagsMax = 50
/** MaxSessionDuration of a role. */
export const sessionSecondsDefault = 3600
export const sessionSecondsMin = 3600
export const sessionSecondsMax = 43_200
/** Of a provider of identities: those for whom its tokens are, and keys of either kind that it publishes. */
export const clientIdsMax = 100
export const providerKeysMax = 200

// Characters, white space left out.
export const managedPolicySizeMax = 6144
export const trustPolicySizeMax = 2048
export const userInlineSizeMax = 2048
export const groupInlineSizeMax = 5120
export const roleInlineSizeMax = 10_240

/** So often uses of access keys are kept, so many in one turn. */
export const keyUsesKeptEveryMs: number = hourMs
export const keyUsesAtOnceMax = 100

/** A page of a list that is not told how long. */
export const pageItemsDefault = 100

// Ours. [I]
/** A policy document may be 131,072 characters long, each of them three in a form, and a simulation may bring several. */
export const requestBytesMax = 1_048_576
/** Keys of providers that are shorter are refused when they are read. */
export const rsaBitsMin = 2048
/** More list elements than any request has use for; the model leaves some lists without a limit. */
export const listElementsMax = 1000
/** What is made of keys, tokens and documents is kept for so many, then begun anew: others may be asked for at will. */
export const rememberedCallersMax = 10_000
export const compiledPoliciesMax = 10_000
