# The active pipelines of a project.
list "cicd_rancher_pipeline" "app" {
  provider = cicd

  config {
    project_id = "c-demo:p-app"
    active     = true
  }
}
