const { addSong, songsOf } = require('./music.js')

test('passes', async () => {
  await addSong('Nobody', 'Hears of this')
})

test('fails', async () => {
  await addSong('Nina', 'Wrong')
  expect(await songsOf('Nina')).toHaveLength(2)
})
