module.exports = { testDir: '.', workers: 2, reporter: 'line', fullyParallel: true }
