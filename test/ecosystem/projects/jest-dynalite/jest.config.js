module.exports = { preset: 'jest-dynalite', testMatch: ['**/*.spec.js'], transform: {} }
