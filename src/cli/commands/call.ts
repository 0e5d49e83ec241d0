import { takeWhile } from 'rxjs'
import type { OutboundCall } from '../../index.js'
import type { Command } from '../command.js'
import { EXIT, UsageError } from '../exit-codes.js'
import { ACTING, ACTING_HELP, connectToAct, follow } from '../follow-action.js'

const PHASES = ['created', 'ringing', 'answered', 'ended'] as const

export const call: Command = {
  name: 'call',
  usage: 'FROM TO',
  words: 2,
  summary: 'makes a call: the extension FROM rings first; when it answers, TO is dialled',
  help: `  --until PHASE     leave at ${PHASES.join(', ')}; the call goes on. It ends with 1 when the call ends before it. Default: ended
  --caller-id N     the number that TO sees; one of those that are allowed to the account
${ACTING_HELP}

Shows each step. The call is asked for at most once; an error says whether it is safe to repeat. Ctrl+C stops watching and logs out: the call goes on, and
it ends with 0, or with 4 when --until was given and not reached. Without --until it ends with 0 however the call went; the last line says how.

  viptel-pbx call 12 0220282028
  viptel-pbx call 12 13 --until answered
  viptel-pbx call 12 13 --json | jq -r .phase`,
  options: { ...ACTING, until: { type: 'string' }, 'caller-id': { type: 'string' } },
  run: context => {
    const [from = '', to = ''] = context.words
    const wanted = context.text('until')
    const until = PHASES.find(phase => phase === (wanted ?? 'ended'))
    if (until === undefined) throw new UsageError(`--until must be ${PHASES.join(', ')}, not '${wanted}'.`)
    const { terminal } = context
    const pbx = connectToAct(context)
    const isBefore = ({ phase }: OutboundCall) =>
      phase === 'lost' || phase === 'sent' || PHASES.indexOf(phase) < PHASES.indexOf(until)
    return follow(
      context,
      pbx,
      pbx.createCall({ from, to, callerId: context.text('caller-id') }).pipe(takeWhile(isBefore, true)),
      {
        show: step => (context.flag('json') ? terminal.json(step) : terminal.line(words(step))),
        underWay: ({ phase }) => phase !== 'sent',
        ended: last => {
          if (last?.phase === 'lost') return EXIT.uncertain
          if (last?.phase !== 'ended' || until === 'ended') return EXIT.done
          terminal.note({ colour: 'red', text: `The call ended before it was ${until}.` })
          return EXIT.refused
        },
        left: ({ phase }) => {
          // who has closed the pipe has seen enough
          if (terminal.closed.aborted) return EXIT.done
          terminal.note(`No longer watched: the call goes on. It was ${phase}.`)
          return wanted === undefined ? EXIT.done : EXIT.uncertain
        },
      },
    )
  },
}

function words({ phase, uniqueId, dialled, status, stale }: OutboundCall): string {
  const what = {
    sent: 'sent',
    created: 'created: the own telephone rings',
    ringing: 'ringing: the destination is dialled',
    answered: 'answered',
    ended: `ended: ${status ?? ''}${dialled ? '' : '; the destination was never dialled'}`,
    lost: 'lost: nobody knows what became of it',
  }[phase]
  return `${what}${uniqueId === undefined ? '' : `  (${uniqueId})`}${stale && phase !== 'lost' ? ', not heard of since the connection was lost' : ''}`
}
