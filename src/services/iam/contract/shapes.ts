/** The shapes of those IAM operations that Stator offers, from AWS's model of 2010-05-08, in one table. */
import type { ShapeData } from '../../../api/shapes/shape-data.ts'
import type { ShapeTable } from '../../../api/shapes/shape-table.ts'
import { accountMessages } from './shapes/account-messages.ts'
import { iamCollections } from './shapes/collections.ts'
import { iamEntities } from './shapes/entities.ts'
import { groupMessages } from './shapes/group-messages.ts'
import { policyMessages } from './shapes/policy-messages.ts'
import { roleMessages } from './shapes/role-messages.ts'
import { iamScalars } from './shapes/scalars.ts'
import { userMessages } from './shapes/user-messages.ts'

type Shapes = typeof iamScalars &
  typeof iamCollections &
  typeof iamEntities &
  typeof userMessages &
  typeof groupMessages &
  typeof roleMessages &
  typeof policyMessages &
  typeof accountMessages

/** An operation that answers nothing has no output here. */
export const iamShapes: ShapeTable = {
  ...iamScalars,
  ...iamCollections,
  ...iamEntities,
  ...userMessages,
  ...groupMessages,
  ...roleMessages,
  ...policyMessages,
  ...accountMessages,
}

/** The data of the shape of that name. Times are seconds since 1970. */
export type Iam<Name extends keyof Shapes> = ShapeData<Shapes, Name>
