terraform {
  required_providers {
    cicd = {
      source = "terraform-provider-cicd/cicd"
    }
  }
}

# Leave out the systems that you don't use. An empty block, or none, has everything from the environment.
provider "cicd" {
  gitlab  = {} # GITLAB_BASE_URL, GITLAB_TOKEN
  nautes  = {} # NAUTES_BASE_URL, NAUTES_TOKEN
  rancher = {} # RANCHER_URL, RANCHER_TOKEN_KEY
}
