/** Every limit of STS that is not a bound of its shapes: AWS's, by the API reference of the operation that is named. */

/** AssumeRole, where it is not said how long; and at most, when a role assumes a role. */
export const roleSecondsDefault = 3600
export const chainedRoleSecondsMax = 3600
/** GetSessionToken and GetFederationToken; the root user gets an hour at most. */
export const tokenSecondsDefault = 43_200
export const rootTokenSecondsMax = 3600
/** Session policies that are passed by their ARNs. */
export const policyArnsMax = 10
export const sessionTagsMax = 50
/** Characters of the policy and the tags that are passed: what is 100 percent of PackedPolicySize [I]. */
export const packedPolicyCharactersMax = 2048

// Ours. [I]
/** How far the clock of a provider may be ahead of Stator's. */
export const tokenSkewSecondsMax = 300
/** A token of another provider may be 20,000 characters long, a policy as long as it likes. */
export const requestBytesMax = 262_144
