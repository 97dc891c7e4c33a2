"""The template cases: small templates in the manner of real ones, rendered by Jinja2 as transformers sets it up."""

import datetime

CLOCK = "2024-07-06T15:04:05"
SYSTEM = {"role": "system", "content": "Sei kurz. <b>ä</b> & 'x' \"y\"\n"}
CHAT = [
    SYSTEM,
    {"role": "user", "content": "  Hi 👋 \\n {{ x }} {% if %} "},
    {"role": "assistant", "content": "ok"},
    {"role": "user", "content": "\n\nwhy?\t"},
]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_time",
            "description": 'Zeit in <city> & "Land" ü中',
            "parameters": {
                "type": "object",
                "properties": {
                    "city": {"type": "string", "enum": ["Bern", "Łódź"]},
                    "deep": {"type": "array", "items": {"type": "number"}, "default": None},
                    "on": {"type": ["boolean", "null"], "default": True},
                },
                "required": ["city"],
            },
        },
    },
    {"type": "function", "function": {"name": "stop", "description": "", "parameters": {}}},
]
CALLS = [
    {"role": "user", "content": "What time is it?"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": "abc123def",
                "type": "function",
                "function": {
                    "name": "get_time",
                    "arguments": {"city": "Łódź", "deep": [1, 2.5, -0.0, 1e16, None], "on": False},
                },
            },
            {"id": "xyz789uvw", "type": "function", "function": {"name": "stop", "arguments": {}}},
        ],
    },
    {"role": "tool", "tool_call_id": "abc123def", "content": "15:04"},
    {"role": "tool", "tool_call_id": "xyz789uvw", "content": "<done/>"},
    {"role": "assistant", "content": "<think>\nIt is 15:04.\n</think>\n\nIt is four past three."},
    {"role": "user", "content": "Thanks"},
]
PARTS = [
    {"role": "system", "content": [{"type": "text", "text": "Look."}]},
    {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": " Was ist das? "}, {"type": "image"}]},
    {"role": "assistant", "content": "Katže"},
]
BASE = {"messages": CHAT, "add_generation_prompt": True, "bos_token": "<s>", "eos_token": "</s>"}
WITH_TOOLS = BASE | {"messages": CALLS, "tools": TOOLS}

# (name, what would fail, template, context)
SHAPES = [
    (
        "chatml",
        "the newline after a block tag stays, or `+` on strings fails",
        """{% for m in messages %}
{{ '<|im_start|>' + m['role'] + '\\n' + m.content + '<|im_end|>' + '\\n' }}
{% endfor %}
{% if add_generation_prompt %}
{{ '<|im_start|>assistant\\n' }}
{% endif %}
""",
        BASE,
    ),
    (
        "chatml-default-system",
        "loop.first or the missing system message is wrong",
        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
        "{{ '<|im_start|>system\\nYou are helpful.<|im_end|>\\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\\n' + "
        "message['content'] | trim + '<|im_end|>' + '\\n'}}{% endfor %}"
        "{{ '<|im_start|>assistant\\n' if add_generation_prompt else eos_token }}",
        BASE | {"messages": CHAT[1:], "add_generation_prompt": False},
    ),
    (
        "llama2",
        "slices, set inside if, or the modulo of loop.index0 are wrong",
        "{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = "
        "messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}"
        "{% for message in loop_messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}"
        "{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + "
        "'\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}"
        "{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}"
        "{% elif message['role'] == 'assistant' %}{{ ' ' + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}",
        BASE,
    ),
    (
        "llama3-date-and-tools",
        "strftime_now, `is not none`, nested ifs with trimmed edges or tojson(indent=4) are wrong",
        """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not tools_in_user_message is defined %}
    {%- set tools_in_user_message = true %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{{- "Today Date: " + date_string + "\\n\\n" }}
{{- "<|eot_id|>" }}
{%- if tools_in_user_message and not tools is none %}
    {%- set first = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
    {{- '<|start_header_id|>user<|end_header_id|>\\n\\n' -}}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
    {{- first + "<|eot_id|>"}}
{%- endif %}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n'+ message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- set tool_call = message.tool_calls[0].function %}
        {{- '{"name": "' + tool_call.name + '", ' }}
        {{- '"parameters": ' }}
        {{- tool_call.arguments | tojson }}
        {{- "}" }}
    {%- elif message.role == "tool" or message.role == "ipython" %}
        {%- if message.content is mapping or message.content is iterable %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}""",
        WITH_TOOLS,
    ),
    (
        "gemma",
        "role mapping, a content of parts, or the prefix of the first user message is wrong",
        """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- if messages[0]['content'] is string -%}
        {%- set first_user_prefix = messages[0]['content'] + '

' -%}
    {%- else -%}
        {%- set first_user_prefix = messages[0]['content'][0]['text'] + '

' -%}
    {%- endif -%}
    {%- set loop_messages = messages[1:] -%}
{%- else -%}
    {%- set first_user_prefix = "" -%}
    {%- set loop_messages = messages -%}
{%- endif -%}
{%- for message in loop_messages -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Conversation roles must alternate") }}
    {%- endif -%}
    {%- if (message['role'] == 'assistant') -%}
        {%- set role = "model" -%}
    {%- else -%}
        {%- set role = message['role'] -%}
    {%- endif -%}
    {{ '<start_of_turn>' + role + '
' + (first_user_prefix if loop.first else "") }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- elif message['content'] is iterable -%}
        {%- for item in message['content'] -%}
            {%- if item['type'] == 'image' -%}
                {{ '<start_of_image>' }}
            {%- elif item['type'] == 'text' -%}
                {{ item['text'] | trim }}
            {%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {{ raise_exception("Invalid content type") }}
    {%- endif -%}
    {{ '<end_of_turn>
' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{'<start_of_turn>model
'}}
{%- endif -%}
""",
        BASE | {"messages": PARTS},
    ),
    (
        "mistral-tools",
        "a namespace does not keep its counter, or selectattr, length or tojson are wrong",
        """{%- set user_messages = messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace(index=0, last=none) %}
{{- bos_token }}
{%- for message in messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}
            {{- "[AVAILABLE_TOOLS] [" }}
            {%- for tool in tools %}
                {%- set tool = tool.function %}
                {{- '{"type": "function", "function": {' }}
                {%- for key, val in tool.items() if key != "return" %}
                    {%- if val is string %}
                        {{- '"' + key + '": "' + val + '"' }}
                    {%- else %}
                        {{- '"' + key + '": ' + val|tojson }}
                    {%- endif %}
                    {%- if not loop.last %}
                        {{- ", " }}
                    {%- endif %}
                {%- endfor %}
                {{- "}}" }}
                {%- if not loop.last %}
                    {{- ", " }}
                {%- else %}
                    {{- "]" }}
                {%- endif %}
            {%- endfor %}
            {{- "[/AVAILABLE_TOOLS]" }}
        {%- endif %}
        {{- "[INST] " + message["content"] + "[/INST]" }}
    {%- elif message.tool_calls is defined and message.tool_calls is not none %}
        {{- "[TOOL_CALLS] [" }}
        {%- for tool_call in message.tool_calls %}
            {%- set out = tool_call.function|tojson %}
            {{- out[:-1] }}
            {%- if not tool_call.id is defined or tool_call.id|length != 9 %}
                {{- raise_exception("Tool call IDs should be alphanumeric strings with length 9!") }}
            {%- endif %}
            {{- ', "id": "' + tool_call.id + '"}' }}
            {%- if not loop.last %}{{- ", " }}{%- else %}{{- "]" + eos_token }}{%- endif %}
        {%- endfor %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token}}
    {%- elif message["role"] in ["tool_results", "tool"] %}
        {%- if message.content is defined and message.content.content is defined %}
            {%- set content = message.content.content %}
        {%- else %}
            {%- set content = message.content %}
        {%- endif %}
        {{- '[TOOL_RESULTS] {"content": ' + content|string + "}[/TOOL_RESULTS]" }}
        {%- set ns.index = ns.index + 1 %}
        {%- set ns.last = message.tool_call_id %}
    {%- endif %}
{%- endfor %}
{{- ns.index ~ ns.last }}""",
        WITH_TOOLS,
    ),
    (
        "qwen3",
        "messages[::-1], split with a negative index, strip of given characters or a default is wrong",
        """{%- if tools %}
    {{- '<|im_start|>system\\n# Tools\\n\\n<tools>' }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools><|im_end|>\\n" }}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if message.reasoning_content is string %}
            {%- set reasoning_content = message.reasoning_content %}
        {%- else %}
            {%- if '</think>' in content %}
                {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
            {%- endif %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index %}
            {{- '<|im_start|>' + message.role + '\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {%- if message.tool_calls %}
            {%- for tool_call in message.tool_calls %}
                {%- if (loop.first and content) or (not loop.first) %}
                    {{- '\\n' }}
                {%- endif %}
                {%- if tool_call.function %}
                    {%- set tool_call = tool_call.function %}
                {%- endif %}
                {{- '<tool_call>\\n{"name": "' }}{{- tool_call.name }}{{- '", "arguments": ' }}
                {%- if tool_call.arguments is string %}
                    {{- tool_call.arguments }}
                {%- else %}
                    {{- tool_call.arguments | tojson }}
                {%- endif %}
                {{- '}\\n</tool_call>' }}
            {%- endfor %}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if loop.first or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' }}{{- content }}{{- '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}""",
        WITH_TOOLS | {"enable_thinking": False},
    ),
    (
        "phi3",
        "an elif chain with trimmed edges, or the newline inside a string is wrong",
        "{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}{{'<|system|>\n' + "
        "message['content'] + '<|end|>\n'}}{% elif message['role'] == 'user' %}{{'<|user|>\n' + message['content'] + "
        "'<|end|>\n'}}{% elif message['role'] == 'assistant' %}{{'<|assistant|>\n' + message['content'] + '<|end|>\n'}}"
        "{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% else %}{{ eos_token }}{% endif %}",
        BASE,
    ),
    (
        "recursive-macro",
        "a macro cannot call itself, or its default arguments, caller or varargs are wrong",
        """{%- macro type_of(schema, depth=0) -%}
{%- if schema.type is string -%}
{%- if schema.type == 'array' -%}
{{ type_of(schema['items'], depth + 1) }}[]
{%- elif schema.type == 'object' -%}
{ {%- for key, value in schema.properties | dictsort -%}
{{ key }}{{ '' if key in schema.required else '?' }}: {{ type_of(value, depth=depth + 1) }}{{ ', ' if not loop.last }}
{%- endfor -%} }
{%- else -%}
{{ schema.type }}
{%- endif -%}
{%- else -%}
{{ schema.type | join(' | ') }}
{%- endif -%}
{%- endmacro -%}
{%- macro row(name, a='-') -%}
<{{ name }}|{{ a }}|{{ varargs | join('+') }}|{{ kwargs | dictsort }}|{{ caller(name | upper) if caller else 'no caller' }}>
{%- endmacro -%}
{%- for tool in tools -%}
type {{ tool.function.name }} = ({{ type_of(tool.function.parameters) if tool.function.parameters else '' }}) => any;
{% endfor -%}
{{ row('x') }}{{ row('y', 1, 2, 3, k=4) }}
{%- call(up) row('z') %}[{{ up }}]{% endcall %}""",
        WITH_TOOLS,
    ),
    (
        "generation-tag",
        "{% generation %} is not known, or its content is lost",
        "{% for m in messages %}{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{{ eos_token }}"
        "{% endgeneration %}{% else %}[{{ m.role }}] {{ m.content | trim }}\n{% endif %}{% endfor %}",
        BASE,
    ),
    (
        "images",
        "counting images across parts, or the two forms of a content, is wrong",
        "{% set count = namespace(value=0) %}{% for m in messages %}<|{{ m.role }}|>{% if m.content is string %}"
        "{{ m.content }}{% else %}{% for part in m.content %}{% if part.type == 'image' or 'image_url' in part %}"
        "{% set count.value = count.value + 1 %}{% if numbered %}Picture {{ count.value }}: {% endif %}<|image|>"
        "{% elif 'text' in part %}{{ part.text }}{% endif %}{% endfor %}{% endif %}\n{% endfor %}{{ count.value }}",
        BASE | {"messages": PARTS, "numbered": True},
    ),
    (
        "thinking-off",
        "an undefined flag is not false, or a defined false not distinguished from it",
        "{{ enable_thinking }}|{{ enable_thinking is defined }}|{{ enable_thinking or 'x' }}|{{ not enable_thinking }}|"
        "{{ enable_thinking | default(true) }}|{{ none_flag | default('d') }}|{{ none_flag | default('d', true) }}|"
        "{{ '/no_think' if thinking is not defined or thinking else '/think' }}",
        BASE | {"none_flag": None},
    ),
]
SEMANTICS = [
    (
        "trim-and-lstrip",
        "trim_blocks or lstrip_blocks is off, or touches more than one newline, or the blanks before an expression",
        "a\n  {% if true %}\n  b  \n\t{% endif %}  \n c {# note #}\nd\n   {# alone #}\n  {{ 'e' }}\n\n{% set x = 1 %}\n\n{{ x }}\n",
    ),
    (
        "marks-of-space",
        "a minus, a plus or raw is not obeyed",
        "a  {%- if true -%}  b  {%- endif +%}\n c \n  {%+ if true %} d{% endif %}\n  {{- ' e ' -}}  \n f {% raw -%}  {{ x }} {% if %}"
        "{%- endraw %} g\n",
    ),
    ("last-newline", "the last newline of a template is kept, or more than one is dropped", "x\n\n"),
    (
        "loop-names",
        "an attribute of loop is wrong",
        "{% for m in messages %}{{ loop.index }}/{{ loop.length }}:{{ loop.revindex }}:{{ loop.revindex0 }}:"
        "{{ loop.previtem.role if loop.previtem is defined else '^' }}<{{ loop.nextitem.role if loop.nextitem is defined else '$' }}:"
        "{{ loop.cycle('odd', 'even') }}:{{ loop.changed(m.role == 'user') }}:{{ loop.depth }}\n{% endfor %}",
    ),
    (
        "loop-filter-else",
        "loop.length counts filtered items, or else does not run when all are",
        "{% for m in messages if m.role != 'user' %}{{ loop.index0 }}{{ m.role }}{{ loop.length }}{% else %}none{% endfor %}|"
        "{% for m in messages if m.role == 'tool' %}x{% else %}none{% endfor %}|{% for x in [] %}{% else %}empty{% endfor %}",
    ),
    (
        "loop-controls",
        "break or continue leaves the wrong loop",
        "{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% for j in range(9) %}{% if j > i %}{% break %}"
        "{% endif %}{{ i }}{{ j }} {% endfor %}{% if i == 3 %}{% break %}{% endif %}{% endfor %}",
    ),
    (
        "scopes",
        "a set inside a loop is seen outside, or one inside an if is not",
        "{% set x = 'out' %}{% for i in [1, 2] %}{{ x }}{% set x = 'in' ~ i %}{{ x }} {% endfor %}{{ x }}|{% if true %}"
        "{% set y = 'if' %}{% endif %}{{ y }}|{% with x = 'with', z = x %}{{ x }}{{ z }}{% endwith %}{{ x }}|"
        "{% set t %}block {{ x | upper }}{% endset %}{{ t }}|{% macro f() %}{{ x }}{% set x = 'f' %}{{ x }}{% endmacro %}{{ f() }}{{ x }}",
    ),
    (
        "recursive-loop",
        "loop(…) does not go down, or loop.depth does not count",
        "{% for n in tree recursive %}{{ loop.depth }}{{ n.v }}{% if n.c %}[{{ loop(n.c) }}]{% endif %}{% endfor %}",
    ),
    (
        "printed-values",
        "None, True, numbers, lists or dicts are not printed as Python prints them",
        "{{ none }} {{ true }} {{ [1, 2.0, 'a', none, true] }} {{ {'k': \"it's\", 'q': 'say \"x\"'} }} {{ (1,) }} {{ () }} {{ 1e16 }} "
        "{{ 1e-5 }} {{ 0.1 + 0.2 }} {{ 7 / 2 }} {{ 6 / 2 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 2 ** 70 }} {{ ['ü\\n', '👋'] }} {{ 1.0 }}",
    ),
    (
        "json",
        "tojson escapes, sorts or spaces in another way",
        "{{ tools[0] | tojson }}\n{{ value | tojson(indent=2) }}\n{{ value | tojson(separators=(',', ':')) }}\n"
        "{{ value | tojson(sort_keys=true) }}\n{{ value | tojson(ensure_ascii=true) }}\n{{ '</script>\\u2028' | tojson }}\n{{ [] | tojson(indent=4) }}",
    ),
    (
        "slices",
        "a negative index, a step or a slice beyond the end is wrong",
        "{{ s[1:3] }}|{{ s[-3:] }}|{{ s[:-1] }}|{{ s[::-1] }}|{{ s[::2] }}|{{ s[5:2:-1] }}|{{ s[99:] }}|{{ l[-1] }}|{{ l[1:] }}|{{ l[::-1] }}|"
        "{{ messages[-1].role }}|{{ s[0] }}|{{ (messages[1:-1] | map(attribute='role') | list) }}",
    ),
    (
        "string-methods",
        "a method of str differs",
        "{{ s.split() }}{{ s.split(',') }}{{ s.split('l', 1) }}{{ '  x '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ s.replace('l', 'L', 1) }}|"
        "{{ s.upper() }}{{ s.title() }}{{ 'abc'.capitalize() }}|{{ s.find('W') }}{{ s.find('?') }}|{{ s.startswith('He') }}{{ s.endswith(('x', 'd')) }}|"
        "{{ ', '.join(['a', 'b']) }}|{{ 'a\\nb\\n'.splitlines() }}|{{ '7'.isdigit() }}{{ '%s-%d' % ('a', 3) }}|{{ '{}:{k}'.format(1, k=2) }}|"
        "{{ 'a=b=c'.partition('=') }}|{{ 'ß'.upper() }}|{{ 'x'.rjust(3) }}|{{ 'aXbX'.rsplit('X', 1) }}|{{ 'a,b'.count(',') }}|{{ 'pre-x'.removeprefix('pre-') }}",
    ),
    (
        "dict-methods",
        "items, keys, get or the order of a dict is wrong, or a key hides a method",
        "{% for k, v in d.items() %}{{ k }}={{ v }} {% endfor %}{{ d.keys() | list }}{{ d.values() | list }}{{ d.get('zz', 'no') }}{{ d.get('b') }}|"
        "{{ d['b'] }}{{ d.b }}|{{ d | length }}|{{ d | items | list }}|{{ d | dictsort(by='value') }}|{{ 'b' in d }}|{{ odd['items'] }}|{{ d | list }}|"
        "{{ dict(a=1, **{'b': 2}) }}",
    ),
    (
        "filters",
        "a filter differs",
        "{{ l | sort }}{{ l | sort(reverse=true) }}{{ strs | sort }}{{ strs | sort(case_sensitive=true) }}{{ strs | unique | list }}|"
        "{{ messages | groupby('role') | map('first') | list }}|{{ messages | rejectattr('role', 'in', ['user', 'system']) | map(attribute='content') | first }}|"
        "{{ l | sum }}{{ l | min }}{{ l | max }}|{{ 'a b c' | wordcount }}|{{ 'x' | indent(4, true) }}|{{ 'a\\nb' | indent(2) }}|{{ '3.7' | float + 1 }}|"
        "{{ '3x' | int(9) }}|{{ 2.5 | round }}{{ 2.345 | round(2, 'floor') }}|{{ [1, 2, 3, 4, 5] | batch(2, 0) | list }}|{{ [1, 2, 3] | slice(2) | list }}|"
        "{{ '<b>' | escape }}|{{ 'hello' | truncate(4, true, '…') }}|{{ s | replace('o', '0') }}|{{ [[1, 2], [3]] | sum(start=[]) }}|{{ 'ab' | list }}|"
        "{{ l | select('odd') | list }}|{{ 'a' | string | center(5) }}|{{ d | map('upper') | join }}|{{ 'TITLE case' | title }}|{{ [none, 1] | select | list }}",
    ),
    (
        "separators",
        "join writes a separator before the first item or after the last, or none between",
        "{{ strs | join(', ') }}|{{ [1, none, 2.5] | join('-') }}|{{ [] | join('-') }}|"
        "{{ messages | join('/', attribute='role') }}",
    ),
    (
        "dates",
        "a field of strftime_now is another",
        "{{ strftime_now('%Y-%m-%d %H:%M:%S %A %a %B %b %e %j %p %I %y %U %w %%') }}",
    ),
    (
        "tests",
        "a test differs, above all for strings, booleans and None",
        "{% for v in [1, 1.5, true, none, 'a', [1], {'a': 1}] %}{{ v is string }}{{ v is number }}{{ v is integer }}{{ v is float }}{{ v is boolean }}"
        "{{ v is none }}{{ v is mapping }}{{ v is sequence }}{{ v is iterable }}{{ v is callable }}\n{% endfor %}{{ 3 is odd }}{{ 4 is divisibleby 2 }}"
        "{{ 'a' is in ['a'] }}{{ 1 is eq 1.0 }}{{ 2 is gt 1 }}{{ 'A' is upper }}{{ zz is undefined }}{{ true is true }}{{ 1 is true }}{{ 1 is sameas 1.0 }}",
    ),
    (
        "precedence",
        "operators bind in another order",
        "{{ not messages is defined }}{{ 1 * 2 ~ 3 * 2 }}{{ 'a' ~ 1 + 'b' }}{{ -2 ** 2 }}{{ 1 < 2 < 3 }}{{ not true and false or true }}{{ 'x' in 'xy' and not 'z' in 'xy' }}"
        "{{ 'a' 'b' }}{{ 1 if false else 2 if true else 3 }}{{ -1 | abs }}{{ 2 * 3 | string }}{{ (1 if false) is defined }}[{{ 'no' if false }}]",
    ),
    (
        "undefined",
        "something missing is not printed as nothing, or is not falsy",
        "[{{ missing }}]{{ missing is defined }}{{ messages[0].missing is defined }}{{ messages[99] is defined }}{{ d['zz'] is defined }}{% if missing %}x{% endif %}"
        "{% for x in missing %}x{% else %}empty{% endfor %}{{ missing | length }}{{ missing ~ 'y' }}{{ missing == none }}{{ missing | list }}{{ [missing, 1] | first is defined }}",
    ),
    (
        "assign-many",
        "a tuple is not unpacked, or set of several names fails",
        "{% set a, b = 1, 'two' %}{{ a }}{{ b }}{% for i, (k, v) in [(1, ('x', 2)), (3, ('y', 4))] %}{{ i }}{{ k }}{{ v }}{% endfor %}"
        "{% set ns = namespace(a=1) %}{% set ns.b = ns.a + 1 %}{{ ns.a }}{{ ns.b }}{% set q = namespace({'z': 9}, y=8) %}{{ q.z }}{{ q.y }}",
    ),
    (
        "unicode",
        "characters beyond the basic plane count twice, or case mapping is not Unicode's",
        "{{ '👋🏽'|length }}{{ '👋a'[1] }}{{ '👋a'[::-1] }}{{ 'ÄÖ' | lower }}{{ 'straße' | upper }}{{ 'ΑΣ' | lower }}{{ 'ǆ' | title }}{{ '\\u00e9\\t\\x41' }}{{ 'é' == 'e\\u0301' }}{{ '\\u200b x' | trim | length }}",
    ),
    (
        "comments",
        "a comment or a line with marks inside a string ends early",
        "a{# {{ x }} {% if %} #}b{{ '#}' }}{{ '{{ no }}' }}{{ \"%}\" }}{# two\nlines #}\nc{#- trimmed -#}  d",
    ),
]
EXTRA = BASE | {
    "tools": TOOLS,
    "s": "Hello, World",
    "l": [3, 1, 2],
    "strs": ["b", "A", "c", "B", "a"],
    "d": {"b": 1, "a": 3, "c": 2},
    "odd": {"items": "key"},
    "value": {
        "b": [1, 2.0, {"ü": None}],
        "a": "x\"y\\z\n<&'>",
        "e": {},
        "t": True,
        "big": 1234567890123456789,
        "f": 1e-7,
    },
    "tree": [{"v": 1, "c": [{"v": 2, "c": []}, {"v": 3, "c": [{"v": 4, "c": []}]}]}, {"v": 5, "c": []}],
}
REFUSED = [  # (name, template, what the message must mention)
    (
        "raise",
        "{% if messages[0].role == 'system' %}{{ raise_exception('No system role, please') }}{% endif %}x",
        ["No system role"],
    ),
    (
        "roles-alternate",
        "{% for m in messages[2:] %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate: ' + m.role) }}"
        "{% endif %}{% endfor %}",
        ["alternate: assistant"],
    ),
    ("undefined-attribute", "{{ missing.name }}", ["missing"]),
    ("undefined-call", "{{ missing() }}", ["missing"]),
    ("undefined-add", "{{ missing + 'x' }}", ["missing"]),
    ("undefined-added", "{{ 'x' + missing }}", ["missing"]),
    ("text-plus-number", "{{ 'a' + 1 }}", []),
    ("none-plus-text", "{{ none + 'a' }}", []),
    ("tilde-before-plus", "{{ 1 + 2 ~ 3 }}", []),
    ("no-end", "{% for m in messages %}x", ["endfor"]),
    ("wrong-end", "{% if true %}x{% endfor %}", ["endfor"]),
    ("unknown-tag", "{% frobnicate %}", ["frobnicate"]),
    ("unknown-filter", "{{ 'a' | frobnicate }}", ["frobnicate"]),
    ("unknown-test", "{{ 'a' is frobnicate }}", ["frobnicate"]),
    ("open-expression", "{{ 'a' ", []),
    ("open-string", "{{ 'a }}", []),
    ("by-zero", "{{ 1 // 0 }}", ["zero"]),
    ("compare-kinds", "{{ 1 < 'a' }}", []),
    ("not-iterable", "{% for x in 5 %}{% endfor %}", []),
    ("unpack", "{% for a, b in [[1]] %}{% endfor %}", []),
    ("change-a-list", "{% set _ = messages.append(1) %}", []),
    ("underscore", "{{ ''.__class__.__mro__ }}", []),
    ("namespace-underscore", "{% set ns = namespace() %}{% set ns._x = 1 %}", ["_x"]),
    ("namespace-underscore-argument", "{{ namespace(_x=1).y }}", ["_x"]),
    ("set-attribute", "{% set d.x = 1 %}", []),
    ("include", "{% include 'x' %}", []),
    ("call-text", "{{ 'a'() }}", []),
]


def write_all(suite):
    from transformers.utils import chat_template_utils

    chat_template_utils.datetime = Clock(CLOCK)
    compiled = chat_template_utils._compile_jinja_template
    for name, about, template, context in [*SHAPES, *((n, a, t, EXTRA) for n, a, t in SEMANTICS)]:
        expected = compiled(template).render(**context)
        add(suite, name, about, template, context, expected=expected)
    for name, template, mentions in REFUSED:
        context = {"messages": CHAT, "d": {"a": 1}}
        refuse(compiled, name, template, context, mentions)
        add(
            suite,
            f"refuse-{name}",
            "this template renders, or its error is of another kind",
            template,
            context,
            error=mentions,
        )


def add(suite, name, about, template, context, **result):
    about = f"Fails if {about}."
    suite.add(f"template/{name}", "template", about, template=template, context=context, clock=CLOCK, **result)


def refuse(compiled, name, template, context, mentions):
    try:
        compiled(template).render(**context)
    except Exception as error:  # whatever Jinja2 raises
        if mentions and not any(m.lower() in str(error).lower() for m in mentions):
            raise ValueError(f"template/refuse-{name}: {error!r} mentions none of {mentions}") from error
        return
    raise ValueError(f"template/refuse-{name}: Jinja2 renders it")


class Clock:
    """Stands in for `datetime`: its now is the case's."""

    def __init__(self, moment):
        self.moment = datetime.datetime.fromisoformat(moment)

    def now(self):
        return self.moment
