"""Planning a campaign at a desk, from a blank sheet or from last year's campaign, until a second person approves it.

Every edit is a version that stays, with who, when and why, and any two versions can be laid side by side. Everything
that is wrong with a draft is said at once, in sentences, with the article of the law where there is one; nothing is
approved or opened while one of these lights is red. Whoever approves names the rules that they saw by version and hash,
so that rules which changed meanwhile are not approved. What a campaign would do at any demand is computed before it
opens, by the allocation of the draw itself.
"""
