const { addSong, songsOf } = require('./music.js')

test('a second file begins as the first did', async () => {
  await addSong('Nina', 'Four Women')
  expect(await songsOf('Nina')).toHaveLength(3)
})
