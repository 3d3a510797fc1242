/** A few things of which one is chosen, each a button. */

interface ChoiceButtonsProps<Choice extends string> {
  readonly label: string
  readonly choices: readonly Choice[]
  readonly chosen: Choice
  readonly onChoose: (choice: Choice) => void
  /** What a button says, if not the choice itself. */
  readonly words?: Readonly<Record<Choice, string>>
}

export function ChoiceButtons<Choice extends string>({ label, choices, chosen, onChoose, words }: ChoiceButtonsProps<Choice>) {
  return (
    <div class="choices" role="group" aria-label={label}>
      {choices.map((each) => (
        <button
          key={each}
          type="button"
          class={each === chosen ? 'button is-chosen' : 'button'}
          aria-pressed={each === chosen}
          onClick={() => onChoose(each)}
        >
          {words?.[each] ?? each}
        </button>
      ))}
    </div>
  )
}
