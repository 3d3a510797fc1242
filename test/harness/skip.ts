/** Tests that need something of their machine: where it is missing they are skipped, except in CI, where nothing may be missing. */

/** The `skip` option of a test: with STATOR_REQUIRE_CLIENTS=1 nothing is skipped, so that what is missing fails. */
export function skipFor(reason: string | undefined): string | false {
  return reason === undefined || process.env.STATOR_REQUIRE_CLIENTS === '1' ? false : reason
}
