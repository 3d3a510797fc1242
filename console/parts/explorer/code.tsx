/** A request as code, in the language that is chosen. */
import { useSignal } from '@preact/signals'
import { ChoiceButtons } from '../../widgets/choice-buttons.tsx'
import { Command } from '../../widgets/told.tsx'
import { codeOf, type Language, languages } from './code-of.ts'

interface CodeProps {
  readonly operation: string
  /** As on the wire. */
  readonly input: object
}

export function Code({ operation, input }: CodeProps) {
  const language = useSignal<Language>('JavaScript')
  return (
    <>
      <ChoiceButtons
        label="Language"
        choices={languages}
        chosen={language.value}
        onChoose={(chosen) => {
          language.value = chosen
        }}
      />
      <Command text={codeOf(language.value, operation, input)} />
    </>
  )
}
