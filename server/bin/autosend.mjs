#!/usr/bin/env node
console.error('placeholder, replaced by the launcher');
