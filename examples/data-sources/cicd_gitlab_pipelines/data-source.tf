# The last ten pipelines of main that a schedule started and that failed.
data "cicd_gitlab_pipelines" "failed" {
  project = "demo/app"
  ref     = "main"
  source  = "schedule"
  status  = "failed"
  limit   = 10
}
