{{- define "ascolta.name" -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "ascolta.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ascolta.labels" -}}
{{ include "ascolta.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Where a probe asks: a desk without an address binds to the pod itself, so it is asked from within. */}}
{{- define "ascolta.asked" -}}
{{- if .root.Values.desk.address -}}
httpGet: {path: {{ .path }}, port: desk}
{{- else -}}
exec:
  command:
    - python
    - -c
    - import urllib.request as ask; ask.urlopen('http://127.0.0.1:{{ .root.Values.desk.port }}{{ .path }}', timeout=4)
{{- end -}}
{{- end -}}
