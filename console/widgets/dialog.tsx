/** A dialog of the browser's own: it keeps the keyboard, Escape closes it, and what was in use before is in use again. */
import { X } from 'lucide-preact'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
  /** At the side of the page, over its whole height. */
  readonly isSide?: boolean
  /** Asked before it closes by itself: false keeps it. */
  readonly mayClose?: () => boolean
}

export function Dialog({ title, onClose, children, isSide = false, mayClose = () => true }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const dialog = element.current
    if (dialog !== null && !dialog.open) dialog.showModal()
  }, [])
  const close = (): void => {
    if (mayClose()) onClose()
  }
  return (
    <dialog
      ref={element}
      class={isSide ? 'dialog is-side' : 'dialog'}
      aria-label={title}
      onCancel={(event) => {
        event.preventDefault()
        close()
      }}
      onMouseDown={(event) => {
        if (event.target === element.current) close()
      }}
    >
      <div class="dialog-inside">
        <header class="dialog-head">
          <h2>{title}</h2>
          <button type="button" class="button is-quiet" aria-label="Close" onClick={close}>
            <X size={18} aria-hidden="true" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  )
}
