/** The same for a module of Python (node-program.ts says how it is spoken with). */
export const pythonProgram = `
import importlib.util, json, os, sys, time, traceback

file, exported = sys.argv[-2:]
answers = os.fdopen(3, 'w', buffering=1, encoding='utf-8')

def say(message):
    sys.stdout.flush()
    sys.stderr.flush()
    answers.write(json.dumps(message) + '\\n')
    answers.flush()

def told(error):
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    return {'errorMessage': str(error), 'errorType': type(error).__name__, 'stackTrace': [line.rstrip() for line in lines[1:-1]]}

class Context:
    def __init__(self, asked):
        context = asked['context']
        self.aws_request_id = context['awsRequestId']
        self.function_name = context['functionName']
        self.function_version = context['functionVersion']
        self.invoked_function_arn = context['invokedFunctionArn']
        self.memory_limit_in_mb = context['memoryLimitInMB']
        self.log_group_name = context['logGroupName']
        self.log_stream_name = context['logStreamName']
        self.client_context = json.loads(asked['clientContext']) if asked.get('clientContext') else None
        self.identity = None
        self._deadline = asked['deadlineMs']

    def get_remaining_time_in_millis(self):
        return max(0, int(self._deadline - time.time() * 1000))

sys.path.insert(0, os.path.dirname(os.path.abspath(file)))
try:
    spec = importlib.util.spec_from_file_location('handler_module', file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    handler = getattr(module, exported)
except BaseException as error:
    say({'error': told(error)})
    sys.exit(1)

say({'ready': True})
for line in sys.stdin:
    asked = json.loads(line)
    try:
        result = json.dumps(handler(json.loads(asked['event']), Context(asked)))
        say({'id': asked['id'], 'result': result})
    except Exception as error:
        say({'id': asked['id'], 'error': told(error)})
`
