# frozen_string_literal: true

# Copyright (c) terraform-provider-cicd authors
# SPDX-License-Identifier: MPL-2.0

# What a new GitLab lacks for `make testlive`, an administrator's token: run inside of it by `gitlab-rails runner`, it makes
# one and prints what the tests want in their environment. All else the tests make themselves, through the API.

token = User.find_by!(username: "root").personal_access_tokens.build(
  name: "make testlive", scopes: ["api"], expires_at: 7.days.from_now
)
token.set_token("glpat-#{SecureRandom.alphanumeric(20)}")
token.save!

puts "export GITLAB_BASE_URL=#{Gitlab.config.gitlab.url}"
puts "export GITLAB_TOKEN=#{token.token}"
