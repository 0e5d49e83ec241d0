import type { Command } from '../command.js'
import { EXIT } from '../exit-codes.js'
import { ACTING, ACTING_HELP, connectToAct, follow } from '../follow-action.js'

export const redirect: Command = {
  name: 'redirect',
  usage: 'ID DESTINATION',
  words: 2,
  summary: 'puts DESTINATION in the place of the called party of a call',
  help: `${ACTING_HELP}

Shows each step until somebody answers or the call ends. On an outbound call the called party is the customer. Like hangup it works only for calls that began
in the present login. It is asked for at most once; an error says whether it is safe to repeat. Ctrl+C stops watching and logs out: once the destination
rings, the redirect goes on.

  viptel-pbx redirect 1795418999.319 13`,
  options: ACTING,
  run: context => {
    const [target = '', destination = ''] = context.words
    const { terminal } = context
    const pbx = connectToAct(context)
    return follow(context, pbx, pbx.redirect(target, destination), {
      show: step =>
        context.flag('json')
          ? terminal.json(step)
          : terminal.line(`${step.phase}${step.status === undefined ? '' : `: ${step.status}`}  (${step.uniqueId})`),
      underWay: ({ phase }) => phase !== 'sent',
      ended: () => EXIT.done,
      left: () => {
        if (!terminal.closed.aborted) terminal.note('No longer watched: the redirect goes on.')
        return EXIT.done
      },
    })
  },
}
