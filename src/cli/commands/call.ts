import { takeWhile } from 'rxjs'
import type { OutboundCall } from '../../index.js'
import type { Command } from '../command.js'
import { EXIT, UsageError } from '../exit-codes.js'
import { ACTION_HELP, ACTION_OPTIONS, connectForAction, followAction } from '../follow-action.js'

const PHASES = ['created', 'ringing', 'answered', 'ended'] as const

export const call: Command = {
  name: 'call',
  usage: 'FROM TO',
  argumentCount: 2,
  summary: 'makes a call: the extension FROM rings first, then TO is dialled',
  help: `  --until PHASE     leave at ${PHASES.join(', ')}; the call
                    goes on. The command ends with 1 when the call ends before
                    that phase. Default: ended
  --caller-id N     the number that TO sees; one of those that are allowed to
                    the account
${ACTION_HELP}

The command shows each step. The call is asked for at most once; an error says
whether it is safe to repeat.

Ctrl+C stops watching and logs out; the call goes on. The command ends with 0
then, or with 4 when --until was given and not reached. Without --until it ends
with 0 however the call went; the last line says how.

  viptel-pbx call 12 0220282028
  viptel-pbx call 12 13 --until answered
  viptel-pbx call 12 13 --json | jq -r .phase`,
  options: { ...ACTION_OPTIONS, until: { type: 'string' }, 'caller-id': { type: 'string' } },
  run: context => {
    const [from = '', to = ''] = context.arguments
    const { terminal } = context
    const wanted = context.text('until')
    const until = PHASES.find(phase => phase === (wanted ?? 'ended'))
    if (until === undefined) throw new UsageError(`--until must be ${PHASES.join(', ')}, not '${wanted}'.`)
    const isBefore = ({ phase }: OutboundCall) =>
      phase === 'lost' || phase === 'sent' || PHASES.indexOf(phase) < PHASES.indexOf(until)
    const pbx = connectForAction(context)
    const call$ = pbx.createCall({ from, to, callerId: context.text('caller-id') }).pipe(takeWhile(isBefore, true))
    return followAction(context, pbx, call$, {
      show: step => (context.flag('json') ? terminal.json(step) : terminal.line(formatStep(step))),
      isUnderWay: ({ phase }) => phase !== 'sent',
      exitAtEnd: last => {
        if (last?.phase === 'lost') return EXIT.uncertain
        if (last?.phase !== 'ended' || until === 'ended') return EXIT.done
        terminal.note({ colour: 'red', text: `The call ended before it was ${until}.` })
        return EXIT.refused
      },
      exitWhenLeft: ({ phase }) => {
        // a reader who has closed the pipe has seen enough
        if (terminal.closed.aborted) return EXIT.done
        terminal.note(`No longer watched: the call goes on. It was ${phase}.`)
        return wanted === undefined ? EXIT.done : EXIT.uncertain
      },
    })
  },
}

function formatStep(step: OutboundCall): string {
  const id = step.uniqueId === undefined ? '' : `  (${step.uniqueId})`
  const doubt = step.stale && step.phase !== 'lost' ? ', no event since the connection was lost' : ''
  return `${describePhase(step)}${id}${doubt}`
}

function describePhase({ phase, dialled, status }: OutboundCall): string {
  switch (phase) {
    case 'sent':
      return 'sent'
    case 'created':
      return 'created: the own telephone rings'
    case 'ringing':
      return 'ringing: the destination is dialled'
    case 'answered':
      return 'answered'
    case 'ended':
      return `ended: ${status ?? ''}${dialled ? '' : '; the destination was never dialled'}`
    case 'lost':
      return 'lost: nobody knows what became of it'
  }
}
