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

{{- /*
Rules of egress to what a user names: a list of {cidr, ports}. Of a range that holds the metadata services of clouds these are left
out; values.schema.json refuses ranges that lie within them.
*/ -}}
{{- define "spark-loadtest.egress" -}}
{{- range . }}
- to:
    - ipBlock:
        cidr: {{ .cidr | quote }}
        {{- $parts := splitList "/" .cidr }}
        {{- if contains ":" .cidr }}
        {{- if lt (atoi (last $parts)) 32 }}
        except: ["fe80::/10", "fd00:ec2::254/128"]
        {{- end }}
        {{- else }}
        {{- $octets := splitList "." (first $parts) }}
        {{- $block := 1 }}
        {{- range until (int (sub 16 (min 16 (atoi (last $parts))))) }}{{ $block = mul $block 2 }}{{ end }}
        {{- if eq (div (add (mul (atoi (index $octets 0)) 256) (atoi (index $octets 1))) $block) (div 43518 $block) }}
        except: ["169.254.0.0/16"]
        {{- end }}
        {{- end }}
  {{- with .ports }}
  ports:
    {{- range . }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "spark-loadtest.dns" -}}
- to:
    - namespaceSelector:
        matchLabels: {kubernetes.io/metadata.name: {{ .Values.networkPolicy.dns.namespace | quote }}}
  ports:
    {{- range .Values.networkPolicy.dns.ports }}
    - {port: {{ . }}, protocol: UDP}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- end -}}

{{- /* Where the API server is: as the values say, else as the cluster says, else its usual ports anywhere. */ -}}
{{- define "spark-loadtest.apiServer" -}}
{{- $addresses := .Values.networkPolicy.apiServer }}
{{- if not $addresses }}
{{- $slice := lookup "discovery.k8s.io/v1" "EndpointSlice" "default" "kubernetes" | default dict }}
{{- $service := lookup "v1" "Service" "default" "kubernetes" | default dict }}
{{- $ports := list }}
{{- range ($slice.ports | default list) }}{{ $ports = append $ports (int .port) }}{{ end }}
{{- range ($slice.endpoints | default list) }}
{{- range .addresses }}{{ $addresses = append $addresses (dict "cidr" (printf "%s/%s" . (ternary "128" "32" (contains ":" .))) "ports" $ports) }}{{ end }}
{{- end }}
{{- /* Some networks look at the packet before the service's address is replaced. */}}
{{- range (($service.spec | default dict).clusterIPs | default list) }}
{{- $addresses = append $addresses (dict "cidr" (printf "%s/%s" . (ternary "128" "32" (contains ":" .))) "ports" (list 443)) }}
{{- end }}
{{- end }}
{{- if not $addresses }}
{{- $addresses = list (dict "cidr" "0.0.0.0/0" "ports" (list 443 6443)) (dict "cidr" "::/0" "ports" (list 443 6443)) }}
{{- end }}
{{- include "spark-loadtest.egress" $addresses }}
{{- end -}}

{{- define "spark-loadtest.executorNetwork" -}}
policyTypes: [Ingress, Egress]
ingress:
  - from: &pods
      - podSelector: {}
      - namespaceSelector:
          matchLabels: {kubernetes.io/metadata.name: {{ .Release.Namespace | quote }}}
        podSelector:
          matchExpressions:
            - {key: workflows.argoproj.io/workflow, operator: Exists}
egress:
  - to: *pods
  - to:
      - namespaceSelector:
          matchLabels: {kubernetes.io/metadata.name: {{ .Release.Namespace | quote }}}
        podSelector:
          matchLabels: {app.kubernetes.io/component: store, app.kubernetes.io/instance: {{ .Release.Name | quote }}}
    ports:
      - {port: files, protocol: TCP}
  {{- include "spark-loadtest.dns" . | nindent 2 }}
  {{- with .Values.networkPolicy.egress }}
  {{- include "spark-loadtest.egress" . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "spark-loadtest.applicationNetwork" -}}
{{- include "spark-loadtest.executorNetwork" . }}
  {{- include "spark-loadtest.apiServer" . | nindent 2 }}
{{- end -}}

{{- /* A value as CEL has it, whose lists and maps are of one type unless each part is said to be of any. */ -}}
{{- define "spark-loadtest.cel" -}}
{{- if kindIs "map" . -}}
{ {{- $first := true -}}{{- range $key, $value := . -}}{{- if not $first }}, {{ end -}}{{- $first = false -}}{{ $key | toJson }}: dyn({{ include "spark-loadtest.cel" $value }}){{- end -}} }
{{- else if kindIs "slice" . -}}
[{{- range $index, $value := . -}}{{- if $index }}, {{ end -}}dyn({{ include "spark-loadtest.cel" $value }}){{- end -}}]
{{- else -}}
{{ . | toJson }}
{{- end -}}
{{- end -}}
