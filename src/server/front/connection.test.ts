import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { budgetOf, defaultBudget } from '../budget/budget.ts'
import { answerPieceBytes, defaultHttpLimits, transferPerTurnBytesMax } from '../limits.ts'
import { AnswerRounds } from './answer-rounds.ts'
import { Connection, type ConnectionOptions } from './connection.ts'
import { TransferTurns } from './transfer-turns.ts'

const chunkBytes = 64 * 1024
const budget = budgetOf(defaultBudget)
const turns = new TransferTurns(budget.newcomers)

function connect(socket: Duplex, answer: ConnectionOptions['answer']): void {
  new Connection(socket as Socket, {
    answer,
    toNode: () => assert.fail('nothing about it is unusual'),
    rounds: new AnswerRounds(),
    turns,
    onGone: () => {},
    isClosing: () => false,
    budget,
    limits: defaultHttpLimits,
    log: () => {},
  })
}

/** How much of a body is read in one turn of the event loop, once what it is for has been decided. */
async function bytesReadInOneTurn(answer: ConnectionOptions['answer']): Promise<number> {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, onWritten) => onWritten() })
  connect(socket, answer)
  socket.push(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${100 * chunkBytes}\r\n\r\n`)
  for (let turn = 0; turn < 3; turn += 1) await nextTurn()
  let pushedBytes = 0
  while (!socket.isPaused() && pushedBytes < 100 * chunkBytes) {
    // Of a block of its own, as those are that the system reads into.
    socket.push(Buffer.from(new ArrayBuffer(chunkBytes)))
    pushedBytes += chunkBytes
    await new Promise(process.nextTick)
  }
  socket.destroy()
  return pushedBytes
}

test('A long body is read in turns, whether it is wanted or read past', async () => {
  const noAnswer = { status: 503, lines: [], body: '', bodyBytes: 0 }
  assert.equal(await bytesReadInOneTurn(async () => noAnswer), transferPerTurnBytesMax)
  const wanted: ConnectionOptions['answer'] = async (request) => {
    await request.body(defaultHttpLimits.bodyBytesMax)
    return noAnswer
  }
  assert.equal(await bytesReadInOneTurn(wanted), transferPerTurnBytesMax)
})

test('Long answers that many clients take at the same time are written in turns, to each in the end', async () => {
  const bodyBytes = 3 * answerPieceBytes
  let writes = 0
  const untaken: (() => void)[] = []
  const sockets = Array.from({ length: 40 }, () => {
    const socket = new Duplex({
      read() {},
      write: (_chunk, _encoding, onWritten) => {
        writes += 1
        untaken.push(onWritten)
      },
    })
    connect(socket, async () => ({ status: 200, lines: [], body: Buffer.alloc(bodyBytes), bodyBytes }))
    socket.push('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    return socket
  })
  const mostPerTurn: number[] = []
  for (let turn = 0; turn < 20; turn += 1) {
    await nextTurn()
    mostPerTurn.push(writes)
    writes = 0
    for (const onWritten of untaken.splice(0)) onWritten()
  }
  const [first, ...rest] = mostPerTurn.filter((count) => count > 0)
  assert.equal(first, sockets.length, 'the first piece of each')
  const piecesPerTurn = transferPerTurnBytesMax / answerPieceBytes
  assert(
    rest.every((count) => count <= 2 * piecesPerTurn),
    `${rest}`,
  )
  assert(rest.length > (2 * sockets.length) / (2 * piecesPerTurn))
  assert.equal(
    rest.reduce((sum, count) => sum + count, 0),
    2 * sockets.length + sockets.length,
    'two more of each, and what its head had left for another',
  )
  for (const socket of sockets) socket.destroy()
})
