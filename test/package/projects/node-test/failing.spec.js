import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useStator } from 'stator/node-test'
import { addSong, songsOf } from './music.js'

useStator()

test('passes', () => addSong('Nobody', 'Hears of this'))

test('fails', async () => {
  await addSong('Nina', 'Wrong')
  assert.equal((await songsOf('Nina')).length, 2)
})
