/**
 * Somebody whom no policy allows anything, at every door there is: every operation of every service beside DynamoDB (whose own are in
 * authorization-matrix.test.ts) and every route of control, taken from their tables, so that what is added is asked, too.
 */
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { allRoutes } from '../../src/server/control/routes.ts'
import { services } from '../../src/services/services.ts'
import { type Credentials, IamServer, rootKey } from '../harness/iam-server.ts'

/** Of these everybody may ask, or who is asked says so himself. */
const open: ReadonlySet<string> = new Set(['sts GetCallerIdentity', 'sts GetSessionToken', 'sts AssumeRoleWithWebIdentity'])
const members: { readonly [operation: string]: { readonly [name: string]: string } } = {
  AssumeRole: { RoleArn: 'arn:aws:iam::123456789012:role/admin', RoleSessionName: 'now' },
}

let server: IamServer
let nobody: Credentials

before(async () => {
  server = await IamServer.open()
  nobody = await server.userNamed('nobody')
  await server.did(rootKey, 'iam', 'CreateRole', {
    RoleName: 'admin',
    AssumeRolePolicyDocument: '{"Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}',
  })
})
after(() => server.close())

describe('Who may do nothing', () => {
  for (const { name, signingName, targetPrefix, load } of services) {
    test(`is refused every operation of ${name}`, async () => {
      const { contract } = await load()
      const operations = Object.keys(contract.operations)
      assert.ok(operations.length > 0)
      for (const operation of operations) {
        if (open.has(`${name} ${operation}`)) continue
        const http = contract.operations[operation]?.http
        const { status, text } = await (http !== undefined
          ? server.rest(nobody, signingName, http)
          : signingName === 'application-autoscaling'
            ? server.json(nobody, operation, {}, `${targetPrefix}.${operation}`)
            : server.form(nobody, signingName as 'iam', operation, members[operation]))
        assert.match(text, /AccessDenied|not authorized to perform/, `${name} ${operation}: ${text}`)
        assert.ok(status === 403 || status === 400, `${name} ${operation}: ${status}`)
      }
    })
  }

  test('is refused every route of control, and /metrics', async () => {
    const routes = [...allRoutes()]
    assert.ok(routes.length > 20)
    for (const { method, path } of routes) {
      const asked = path.replaceAll(/:\w+/g, 'x')
      const { status, text } = await server.control(nobody, method, asked, method === 'GET' || method === 'DELETE' ? undefined : {})
      assert.equal(status, 403, `${method} ${path}: ${text}`)
      assert.match(text, /AccessDeniedException: User: .*user\/nobody is not authorized to perform: stator:(Read|Write)\w+ on resource: \*/)
    }
    assert.equal((await server.control(nobody, 'GET', '/metrics')).status, 403)
  })

  test('learns of no table, role or user whether it is there', async () => {
    await server.table('There')
    const asked = async (TableName: string): Promise<string> =>
      (await server.json(nobody, 'GetItem', { TableName, Key: { pk: { S: 'a' } } })).text.replaceAll(TableName, 'T')
    assert.equal(await asked('There'), await asked('Gone'))
    const roleAnswer = async (name: string): Promise<string> => {
      const RoleArn = `arn:aws:iam::123456789012:role/${name}`
      const { text } = await server.form(nobody, 'sts', 'AssumeRole', { RoleArn, RoleSessionName: 'now' })
      return text.replaceAll(name, 'R').replace(/<RequestId>.*<\/RequestId>/, '')
    }
    assert.equal(await roleAnswer('admin'), await roleAnswer('other'))
    const userAnswer = async (UserName: string): Promise<string> =>
      (await server.form(nobody, 'iam', 'GetUser', { UserName })).text.replaceAll(UserName, 'U').replace(/<RequestId>.*<\/RequestId>/, '')
    await server.did(rootKey, 'iam', 'CreateUser', { UserName: 'there' })
    assert.equal(await userAnswer('there'), await userAnswer('gone'))
  })
})
