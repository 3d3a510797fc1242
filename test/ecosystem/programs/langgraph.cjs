/** LangGraph with a checkpointer in DynamoDB: a conversation goes on, is interrupted, and is told in reverse. */
const assert = require('node:assert/strict')
const { Annotation, Command, END, interrupt, START, StateGraph } = require('@langchain/langgraph')
const { DynamoDBSaver } = require('@rwai/langgraphjs-checkpoint-dynamodb')

async function main() {
  const { makeTable } = await import('./made-table.mjs')
  await makeTable('Checkpoints', { pk: 'thread_id', sk: 'checkpoint_id' })
  await makeTable('Writes', { pk: 'thread_id_checkpoint_id_checkpoint_ns', sk: 'task_id_idx' })
  const checkpointer = new DynamoDBSaver({ checkpointsTableName: 'Checkpoints', writesTableName: 'Writes' })

  const State = Annotation.Root({ messages: Annotation({ reducer: (left, right) => [...left, ...right], default: () => [] }) })
  const graph = new StateGraph(State)
    .addNode('answer', ({ messages }) => ({ messages: [`heard ${messages.at(-1)}`] }))
    .addNode('ask', () => ({ messages: [`was told ${interrupt('who?')}`] }))
    .addEdge(START, 'answer')
    .addEdge('answer', 'ask')
    .addEdge('ask', END)
    .compile({ checkpointer })

  const thread = { configurable: { thread_id: '1' } }
  await graph.invoke({ messages: ['hello'] }, thread)
  assert.deepEqual((await graph.getState(thread)).next, ['ask'])
  const { messages } = await graph.invoke(new Command({ resume: 'Nina' }), thread)
  assert.deepEqual(messages, ['hello', 'heard hello', 'was told Nina'])

  const history = []
  for await (const state of graph.getStateHistory(thread)) history.push(state.values.messages?.length ?? 0)
  assert.deepEqual([history[0], history.at(-1)], [3, 0])
  assert.deepEqual((await graph.getState({ configurable: { thread_id: 'other' } })).values, {})
  console.log('ok')
}

main()
