# Runs by itself: terraform apply -invoke=action.cicd_gitlab_pipeline_create.main
action "cicd_gitlab_pipeline_create" "main" {
  config {
    project = "demo/app"
    ref     = "main"
    wait    = true
  }
}
