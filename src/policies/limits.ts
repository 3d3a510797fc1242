/** Bounds of what is kept in memory of policies, and of what they may ask of an evaluation. AWS's own limits stand with its services. */

/** For how many actions a policy remembers which of its statements are about them. DynamoDB has fewer than a hundred. */
export const actionsRememberedMax = 256

/** How much is remembered of what principals were seen to need: of how many, of each how many actions on resources, of each how many values. */
export const seenPrincipalsMax = 100
export const seenNeedsMax = 1000
export const seenValuesMax = 50
/** Of all principals, actions, resources and values together. */
export const seenCharactersMax = 10_000_000
