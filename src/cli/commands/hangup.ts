import type { Command } from '../command.js'
import { EXIT } from '../exit-codes.js'
import { ACTING, ACTING_HELP, connectToAct, follow } from '../follow-action.js'

export const hangup: Command = {
  name: 'hangup',
  usage: 'ID',
  words: 1,
  summary: 'ends a call, by its unique id',
  help: `${ACTING_HELP}

The PBX hangs up only calls that began in the present login, so a command that logs in anew gets 'Call not found' for all others; a program that stays logged
in does not. It is asked for at most once; an error says whether it is safe to repeat.

  viptel-pbx hangup 1795418999.319`,
  options: ACTING,
  run: context => {
    const [target = ''] = context.words
    const { terminal } = context
    const pbx = connectToAct(context)
    return follow(context, pbx, pbx.hangup(target), {
      show: end =>
        context.flag('json') ? terminal.json(end) : terminal.line(`ended: ${end.status}  (${end.unique_id})`),
      underWay: () => true,
      ended: () => EXIT.done,
      left: () => EXIT.done,
    })
  },
}
