{{- /* Labels of everything that the chart makes, and the security that Pod Security "restricted" asks for. */ -}}
{{- define "spark-loadtest.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "spark-loadtest.operatorLabels" -}}
{{- include "spark-loadtest.labels" . }}
{{- with .Values.prometheus.operator.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "spark-loadtest.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}
