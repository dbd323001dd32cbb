# The runtimes of the product's project `app`.
list "cicd_nautes_project_pipeline_runtime" "app" {
  provider = cicd

  config {
    product        = "demo"
    field_selector = "project=app"
  }
}
