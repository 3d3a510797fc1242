import { useStator } from 'stator/vitest'
import { expect, test } from 'vitest'
import { addSong, songsOf } from './music.ts'

useStator()

test('passes', async () => {
  await addSong('Nobody', 'Hears of this')
})

test('fails', async () => {
  await addSong('Nina', 'Wrong')
  expect(await songsOf('Nina')).toHaveLength(2)
})
