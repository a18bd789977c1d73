{{/* Name of the chart's objects. 39 characters leave room for "-relationship" and the hash that StatefulSets add: 63 in all. */}}
{{- define "pairwatch.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 39 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) | trunc 39 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "pairwatch.selectorLabels" -}}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "pairwatch.labels" -}}
{{ include "pairwatch.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "pairwatch.serviceAccountName" -}}
{{- default (ternary (include "pairwatch.fullname" .) "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "pairwatch.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{- define "pairwatch.kafkaSecret" -}}
{{- default (ternary (printf "%s-kafka" (include "pairwatch.fullname" .)) "" (not (empty .Values.kafka.secretData))) .Values.kafka.existingSecret -}}
{{- end -}}

{{- define "pairwatch.pseudonymSecret" -}}
{{- default (printf "%s-pseudonyms" (include "pairwatch.fullname" .)) .Values.pseudonyms.existingSecret -}}
{{- end -}}

{{/* The Secret with the admin port's token; empty: it asks for none. */}}
{{- define "pairwatch.tokenSecret" -}}
{{- default (ternary (printf "%s-token" (include "pairwatch.fullname" .)) "" (not (empty .Values.admin.token.value))) .Values.admin.token.existingSecret -}}
{{- end -}}

{{/* How probes ask the admin port. */}}
{{- define "pairwatch.probe" -}}
httpGet: {path: {{ .path }}, port: metrics, scheme: {{ ternary "HTTPS" "HTTP" (not (empty .root.Values.admin.tls.existingSecret)) }}}
{{- end -}}

{{/* What runs, as YAML: name of the workload: {services, workers, values of the workload, stateful}. */}}
{{- define "pairwatch.workloads" -}}
{{- $workloads := dict -}}
{{- if eq .Values.layout "together" -}}
{{- $_ := set $workloads "all" (dict "services" (list "intake" "relationship" "escalation" "target" "decisions") "workers" .Values.together.workers "values" .Values.together "stateful" true) -}}
{{- else -}}
{{- range $name := list "intake" "relationship" "escalation" -}}
{{- $values := index $.Values.services $name -}}
{{/* Decisions of moderators are few: intake's pods read them along the way. So is what is told of minors, and escalation's pods do that. */}}
{{- $services := get (dict "intake" (list "intake" "decisions") "escalation" (list "escalation" "target")) $name | default (list $name) -}}
{{- $_ := set $workloads $name (dict "services" $services "workers" (dict $name $values.workers) "values" $values "stateful" (ne $name "intake")) -}}
{{- end -}}
{{- end -}}
{{- toYaml $workloads -}}
{{- end -}}

{{/* The settings of one workload, as YAML, for pairwatch.yaml. Takes {root, workload}. */}}
{{- define "pairwatch.config" -}}
{{- $values := .root.Values -}}
{{- $properties := dict -}}
{{- range $property, $key := $values.kafka.secretProperties -}}
{{- $_ := set $properties $property (printf "/run/secrets/pairwatch/kafka/%s" $key) -}}
{{- end -}}
{{- $services := dict -}}
{{- range $name, $workers := .workload.workers -}}
{{- $_ := set $services $name (dict "workers" (int $workers)) -}}
{{- end -}}
{{- $topics := dict -}}
{{- $input := default "platform.events" $values.topics.events -}}
{{- if $values.topics.events -}}
{{- $_ := set $topics $input (dict "external" true) -}}
{{- $_ := set $topics "platform.events" nil -}}
{{- $_ := set $services "intake" (mergeOverwrite (dict "input" $input) (default dict (get $services "intake"))) -}}
{{- end -}}
{{- if $values.topics.eventsPartitions -}}
{{- $_ := set $topics $input (dict "external" true "partitions" (int $values.topics.eventsPartitions)) -}}
{{- end -}}
{{- $lexicons := list -}}
{{- range $name := keys $values.lexicons | sortAlpha -}}
{{- $lexicons = append $lexicons (printf "/etc/pairwatch-lexicons/%s" $name) -}}
{{- end -}}
{{- $config := dict
  "kafka" (dict "bootstrap_servers" $values.kafka.bootstrapServers "shutdown_timeout" $values.kafka.shutdownTimeout "properties" $values.kafka.properties "property_files" $properties)
  "topics" (dict "create" $values.topics.create "partitions" (int $values.topics.partitions))
  "state" (dict "path" "/var/lib/pairwatch/state")
  "http" (dict "listen" ":9464")
  "logging" (dict "level" $values.logging.level "format" $values.logging.format)
  "lexicons" (dict "files" $lexicons)
  "topology" (dict "application" $values.application "services" $services "topics" $topics) -}}
{{- with $values.admin.tls -}}
{{- if .existingSecret -}}
{{- $_ := set $config.http "tls" (dict "certificate_file" (printf "/run/secrets/pairwatch/admin/%s" .certificateKey) "key_file" (printf "/run/secrets/pairwatch/admin/%s" .privateKeyKey)) -}}
{{- end -}}
{{- end -}}
{{- if include "pairwatch.tokenSecret" .root -}}
{{- $_ := set $config.http "token_file" (printf "/run/secrets/pairwatch/token/%s" $values.admin.token.secretKey) -}}
{{- end -}}
{{- if $values.pseudonyms.enabled -}}
{{- $_ := set $config "pseudonyms" true -}}
{{- $_ := set $config "pseudonym_key" (dict "id" $values.pseudonyms.keyId "file" (printf "/run/secrets/pairwatch/pseudonyms/%s" $values.pseudonyms.secretKey)) -}}
{{- end -}}
{{- toYaml (mergeOverwrite $config (deepCopy $values.config) (deepCopy .workload.values.config)) -}}
{{- end -}}

{{/* Seconds of a duration as the program writes them: 500ms, 20s, 2m, 1h. */}}
{{- define "pairwatch.seconds" -}}
{{- $number := regexFind "^[0-9]+" . | int -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- if eq $unit "ms" -}}{{ add (div $number 1000) 1 }}{{- else -}}{{ mul $number (index (dict "s" 1 "m" 60 "h" 3600) $unit) }}{{- end -}}
{{- end -}}

{{/* Which topic each service reads and how many partitions it has, as YAML. Takes the settings. */}}
{{- define "pairwatch.inputs" -}}
{{- $inputs := dict "intake" "platform.events" "relationship" "pairwatch.interactions" "escalation" "pairwatch.case-inputs" "target" "pairwatch.target-inputs" "decisions" "moderation.decisions" -}}
{{- $result := dict -}}
{{- range $service, $topic := $inputs -}}
{{- $topic = dig "topology" "services" $service "input" $topic $ -}}
{{- $partitions := (dig "topology" "topics" $topic "partitions" 0 $) | default (dig "topics" "partitions" 8 $) -}}
{{- $_ := set $result $service (dict "topic" $topic "partitions" (int $partitions)) -}}
{{- end -}}
{{- toYaml $result -}}
{{- end -}}

{{/* Most pods a workload can use: the smallest number of partitions over workers among its services. Takes {config, workload}. */}}
{{- define "pairwatch.mostReplicas" -}}
{{- $inputs := include "pairwatch.inputs" .config | fromYaml -}}
{{- $most := 100000 -}}
{{- range $service := .workload.services -}}
{{- $workers := dig "topology" "services" $service "workers" 1 $.config | int -}}
{{- $most = min $most (div (int (index $inputs $service).partitions) $workers) -}}
{{- end -}}
{{- $most -}}
{{- end -}}

{{/* Refuses what cannot work. Takes {root, name, workload, config}. */}}
{{- define "pairwatch.check" -}}
{{- $values := .root.Values -}}
{{- $inputs := include "pairwatch.inputs" .config | fromYaml -}}
{{- $scaling := .workload.values.autoscaling -}}
{{- $replicas := ternary (int $scaling.minReplicas) (int .workload.values.replicas) $scaling.enabled -}}
{{- if and $scaling.enabled (gt (int $scaling.maxReplicas) 0) -}}
{{- $replicas = max $replicas (int $scaling.maxReplicas) -}}
{{- end -}}
{{- range $service := .workload.services -}}
{{- $workers := dig "topology" "services" $service "workers" 1 $.config | int -}}
{{- $input := index $inputs $service -}}
{{- $partitions := int $input.partitions -}}
{{- if gt (mul $replicas $workers) $partitions -}}
{{- fail (printf "%s: %d pods x %d workers = %d, but its input %s has %d partitions, so %d workers would have nothing to do; lower replicas or workers, or give the topic more partitions (only before the first start)" $service $replicas $workers (mul $replicas $workers) $input.topic $partitions (sub (mul $replicas $workers) $partitions)) -}}
{{- end -}}
{{- end -}}
{{- if and $scaling.enabled (gt (int $scaling.maxReplicas) 0) (lt (int $scaling.maxReplicas) (int $scaling.minReplicas)) -}}
{{- fail (printf "%s: autoscaling.maxReplicas %d is below minReplicas %d" .name (int $scaling.maxReplicas) (int $scaling.minReplicas)) -}}
{{- end -}}
{{- $shutdown := include "pairwatch.seconds" (dig "kafka" "shutdown_timeout" "20s" .config) | int -}}
{{- if lt (int $values.terminationGraceSeconds) (add $shutdown 15) -}}
{{- fail (printf "terminationGraceSeconds is %d, but the process may take %d s to commit and close (kafka.shutdownTimeout) and must not be killed while it does; set at least %d" (int $values.terminationGraceSeconds) $shutdown (add $shutdown 15)) -}}
{{- end -}}
{{- if and $values.kafka.secretProperties (not (include "pairwatch.kafkaSecret" .root)) -}}
{{- fail "kafka.secretProperties names keys of a Secret, but there is none; set kafka.existingSecret" -}}
{{- end -}}
{{- if and $values.pseudonyms.enabled (not (or $values.pseudonyms.existingSecret $values.pseudonyms.key)) -}}
{{- fail "pseudonyms are enabled without a key; set pseudonyms.existingSecret" -}}
{{- end -}}
{{- end -}}

{{/* Files that rules come from, one a line. */}}
{{- define "pairwatch.rulesFiles" -}}
{{- $files := ternary .Values.rules.existingFiles (keys .Values.rules.files | sortAlpha) (not (empty .Values.rules.existingConfigMap)) -}}
{{- join "\n" $files -}}
{{- end -}}

{{/* Volumes and mounts that `run` and `validate` share: what the program reads. Takes {root, name}. */}}
{{- define "pairwatch.inputVolumes" -}}
- name: config
  configMap:
    name: {{ include "pairwatch.fullname" .root }}-{{ .name }}
{{- if include "pairwatch.rulesFiles" .root }}
- name: rules
  configMap:
    name: {{ default (printf "%s-rules" (include "pairwatch.fullname" .root)) .root.Values.rules.existingConfigMap }}
{{- end }}
{{- if .root.Values.lexicons }}
- name: lexicons
  configMap:
    name: {{ include "pairwatch.fullname" .root }}-lexicons
{{- end }}
{{- with include "pairwatch.kafkaSecret" .root }}
- name: kafka-secret
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- with .root.Values.admin.tls.existingSecret }}
- name: admin-secret
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- with include "pairwatch.tokenSecret" .root }}
- name: token-secret
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- if .root.Values.pseudonyms.enabled }}
- name: pseudonym-secret
  secret:
    secretName: {{ include "pairwatch.pseudonymSecret" .root }}
    defaultMode: 0440
{{- end }}
{{- end -}}

{{- define "pairwatch.inputMounts" -}}
- name: config
  mountPath: /etc/pairwatch
  readOnly: true
{{- if include "pairwatch.rulesFiles" . }}
- name: rules
  mountPath: /etc/pairwatch-rules
  readOnly: true
{{- end }}
{{- if .Values.lexicons }}
- name: lexicons
  mountPath: /etc/pairwatch-lexicons
  readOnly: true
{{- end }}
{{- if include "pairwatch.kafkaSecret" . }}
- name: kafka-secret
  mountPath: /run/secrets/pairwatch/kafka
  readOnly: true
{{- end }}
{{- if .Values.admin.tls.existingSecret }}
- name: admin-secret
  mountPath: /run/secrets/pairwatch/admin
  readOnly: true
{{- end }}
{{- if include "pairwatch.tokenSecret" . }}
- name: token-secret
  mountPath: /run/secrets/pairwatch/token
  readOnly: true
{{- end }}
{{- if .Values.pseudonyms.enabled }}
- name: pseudonym-secret
  mountPath: /run/secrets/pairwatch/pseudonyms
  readOnly: true
{{- end }}
{{- end -}}

{{/* Arguments that name the files. */}}
{{- define "pairwatch.inputArguments" -}}
- --config=/etc/pairwatch/pairwatch.yaml
{{- range (include "pairwatch.rulesFiles" . | splitList "\n") }}
{{- if . }}
- --rules=/etc/pairwatch-rules/{{ . }}
{{- end }}
{{- end }}
{{- end -}}
