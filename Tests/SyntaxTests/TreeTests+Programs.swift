/// Programs and the trees they must give.
extension TreeTests {
  static let programs: [(source: String, tree: String)] = [
    (
      #"""
      mean z ~ Normal(0, 0.1)[64] { f(x + z) } by mc(samples: 10_000)
      """#,
      #"""
      (binder mean (~ z (index (call Normal 0 0.1) 64)) (block (call f (+ x z))) by (call mc samples: 10000))
      """#
    ),
    (
      #"""
      max d in Linf(0.1)[64] { loss(m(x + d), y) }
        by pgd(steps: 40)
      """#,
      #"""
      (binder max (in d (index (call Linf 0.1) 64)) (block (call loss (call m (+ x d)) y)) by (call pgd steps: 40))
      """#
    ),
    (
      #"""
      argmin m from m0 { mean (x, y) in minibatch(train, 128) { loss(m(x), y) } } by adam(lr: 1e-3, steps: 2000)
      """#,
      #"""
      (binder argmin (from m m0) (block (binder mean (in (tuple x y) (call minibatch train 128)) (block (call loss (call m x) y)))) by (call adam lr: 0.001 steps: 2000))
      """#
    ),
    (
      #"""
      grad m at m0 { risk(m) } by two_point(mu: 1e-3, samples: 8)
      """#,
      #"""
      (binder grad (at m m0) (block (call risk m)) by (call two_point mu: 0.001 samples: 8))
      """#
    ),
    (
      #"""
      let (a, b) = pair; let {x, y} = record
      """#,
      #"""
      (let (tuple a b) pair)
      (let {x y} record)
      """#
    ),
    (
      #"""
      s += x; a[i] = 2.0; p.fc1.W *= mask
      """#,
      #"""
      (+= s x)
      (= (index a i) 2.0)
      (*= (. (. p fc1) W) mask)
      """#
    ),
    (
      #"""
      fn f(x: Real[n], k: Real = 2) -> Real[n] = x ^ k
      """#,
      #"""
      (fn f ((x : Real[n]) (k : Real = 2)) -> Real[n] (^ x k))
      """#
    ),
    (
      #"""
      (x, y) => x * y
      """#,
      #"""
      (=> (x y) (* x y))
      """#
    ),
    (
      #"""
      a[0]; a[-1]; a[1..3, :]; a[idx]; a[0..10..2, ::3, 5.., ..4, 0..=3]
      """#,
      #"""
      (index a 0)
      (index a (neg 1))
      (index a (slice 1 3) (slice _ _))
      (index a idx)
      (index a (slice 0 10 2) (slice _ _ 3) (slice 5 _) (slice _ 4) (slice= 0 3))
      """#
    ),
    (
      #"""
      match v { Proved => 1, Refuted(w) => w
        Unknown(b) => { b }
        [n, k] => 3, (a, _) => 4, -1 => 5, "x" => 6 }
      """#,
      #"""
      (match v (Proved (block 1)) ((Refuted w) (block w)) ((Unknown b) (block b)) ((shape n k) (block 3)) ((tuple a _) (block 4)) ((neg 1) (block 5)) ("x" (block 6)))
      """#
    ),
    (
      #"""
      ## A two-layer classifier.
      model Net(h: Int) {
        fc1: Dense(64, h)                               # a sub-model
        ## doc of W
        param W: Real[10, h] ~ Normal(0, 1 / sqrt(real(h)))
        param b: Real[10] = 0
        buffer seen: Int = 0
        fn (x: Real[.., 64]) -> Real[.., 10] = relu(fc1(x)) @ W.T + b
        fn features(x) = relu(fc1(x))                   # methods
      }
      """#,
      #"""
      (doc "A two-layer classifier.") (model Net ((h : Int)) (part fc1 (call Dense 64 h)) (doc "doc of W") (param W : Real[10 h] ~ (call Normal 0 (/ 1 (call sqrt (call real h))))) (param b : Real[10] = 0) (buffer seen : Int 0) (fn ((x : Real[.. 64])) -> Real[.. 10] (+ (@ (call relu (call fc1 x)) (. W T)) b)) (fn features (x) (call relu (call fc1 x))))
      """#
    ),
    (
      #"""
      set Bright(eps: Real, x: Real[d]) = (x + Linf(eps)) & Box(0, 1)
      dist Salt(p: Real) = Bernoulli(p) * 2 - 1
      objective robust(m: Net, x: Real[64], y: Int) =
        max x' in Bright(0.1, x) { cross_entropy(m(x'), y) }
      """#,
      #"""
      (set Bright ((eps : Real) (x : Real[d])) = (& (+ x (call Linf eps)) (call Box 0 1)))
      (dist Salt ((p : Real)) = (- (* (call Bernoulli p) 2) 1))
      (objective robust ((m : Net) (x : Real[64]) (y : Int)) (binder max (in x' (call Bright 0.1 x)) (block (call cross_entropy (call m x') y))))
      """#
    ),
    (
      #"""
      solver signed_step(step: Real) {
        maximize(f: T -> Real, S: Set[T]) {
          let x0 = S.center
          Lower(at: S.project(x0 + step * sign(grad(f)(x0))))
        }
      }
      solver momentum(lr: Real, beta: Real = 0.9, gradient = exact) {
        state(θ) = zeros_like(θ)
        step(θ, s, f, t) { let v = beta * s + gradient(f)(θ); (θ - lr * v, v) }
      }
      """#,
      #"""
      (solver signed_step ((step : Real)) (fn maximize ((f : (-> T Real)) (S : Set[T])) (block (let x0 (. S center)) (call Lower at: (call (. S project) (+ x0 (* step (call sign (call (call grad f) x0)))))))))
      (solver momentum ((lr : Real) (beta : Real = 0.9) (gradient = exact)) (fn state (θ) (call zeros_like θ)) (fn step (θ s f t) (block (let v (+ (* beta s) (call (call gradient f) θ))) (tuple (- θ (* lr v)) v))))
      """#
    ),
    (
      #"""
      claim "SAM finds flatter minima than SGD" cite "Foret et al. 2021" {
        let ratio = mean s ~ Seeds { sharpness(train_sam(s)) / sharpness(train_sgd(s)) } by replicates(10)
        assert ratio < 0.5
      } control "rho = 0 is SGD" { assert ratio within 3 se of 1 }
      """#,
      #"""
      (claim "SAM finds flatter minima than SGD" cite "Foret et al. 2021" (block (let ratio (binder mean (~ s Seeds) (block (/ (call sharpness (call train_sam s)) (call sharpness (call train_sgd s)))) by (call replicates 10))) (assert (< ratio 0.5))) control "rho = 0 is SGD" (block (assert (within ratio 3 se 1))))
      """#
    ),
    (
      #"""
      use nn, data
      use attacks: pgd, fgsm
      use "./my_models.ptb" as mine
      precision f32
      seed 7
      """#,
      #"""
      (use nn data)
      (use (attacks (pgd fgsm)))
      (use ("./my_models.ptb" as mine))
      (precision f32)
      (seed 7)
      """#
    ),
    (
      #"""
      argmax (v, r) in (V, R) if r > 0 { v } else 1
      """#,
      #"""
      (binder argmax (in (tuple v r) (tuple V R)) if (> r 0) (block v) else 1)
      """#
    ),
    (
      #"""
      sum v in V, r in R { v * r }
      """#,
      #"""
      (binder sum (in v V) (in r R) (block (* v r)))
      """#
    ),
    (
      #"""
      argmin θ in S from θ0 at step t { f(θ, t) } subject to { g(θ) <= 0; prob w ~ D { h(θ, w) } >= 0.95 } by sgd
      """#,
      #"""
      (binder argmin (from θ θ0 in S step t) (block (call f θ t)) (subject-to (<= (call g θ) 0) (>= (binder prob (~ w D) (block (call h θ w))) 0.95)) by sgd)
      """#
    ),
    (
      #"""
      flow (q, p) from (q0, 0.0) at t in ts { (p, -sin(q)) } by rk4(dt: 0.01)
      """#,
      #"""
      (binder flow (flow (tuple q p) (tuple q0 0.0) t ts) (block (tuple p (neg (call sin q)))) by (call rk4 dt: 0.01))
      """#
    ),
    (
      #"""
      argmin θ in S(x) from θ0 { θ }
      """#,
      #"""
      (binder argmin (from θ θ0 in (call S x)) (block θ))
      """#
    ),
    (
      #"""
      fn relu2(x) = max(x, 0) derivative (x, dx) => where(x > 0, dx, 0) unchecked
      """#,
      #"""
      (fn relu2 (x) (call max x 0) derivative (=> (x dx) (call where (> x 0) dx 0)) unchecked)
      """#
    ),
    (
      #"""
      fn relu2(x) {
        max(x, 0)
      }
      derivative (x, dx) => dx
      """#,
      #"""
      (fn relu2 (x) (block (call max x 0)) derivative (=> (x dx) dx))
      """#
    ),
    (
      #"""
      √x + ∇f(x) + ∀ d ∈ S { d ≤ 2 · π } + Σ i in 0..3 { i }
      """#,
      #"""
      (+ (+ (+ (call sqrt x) (call (call grad f) x)) (binder forall (in d S) (block (<= d (* 2 pi))))) (binder sum (in i (.. 0 3)) (block i)))
      """#
    ),
    (
      #"""
      let f: (Real[2], T -> Real) -> {a: Set[Real[n]], b: Lower[Real]} = 1
      """#,
      #"""
      (let f : (-> Real[2] (-> T Real) {a: Set[Real[n]] b: Lower[Real]}) 1)
      """#
    ),
    (
      #"""
      let p: Private(eps, delta)[Real] = 1; let n: Net(h: 64) = 2; let q: Real[.., n + 1, 2 * n] = x as Real[n, 10]
      """#,
      #"""
      (let p : Private[Real](eps delta) 1)
      (let n : Net(h: 64) 2)
      (let q : Real[.. (+ n 1) (* 2 n)] (as x Real[n 10]))
      """#
    ),
    (
      #"""
      m with {seen: n}
      """#,
      #"""
      (with m (seen n))
      """#
    ),
    (
      #"""
      var z ~ D { z }
      """#,
      #"""
      (binder var (~ z D) (block z))
      """#
    ),
    (
      #"""
      var z: Real = 3
      var s in S { s }
      """#,
      #"""
      (var z : Real 3)
      (binder var (in s S) (block s))
      """#
    ),
    (
      #"""
      quantile(0.9) z ~ D { z }
      """#,
      #"""
      (binder quantile (args 0.9) (~ z D) (block z))
      """#
    ),
    (
      #"""
      max d: Real[64] in S { d }
      """#,
      #"""
      (binder max (in d : Real[64] S) (block d))
      """#
    ),
    (
      #"""
      test "p" for x ~ D, y in Y { assert x == y, "bad {x:.3}" }
      """#,
      #"""
      (test "p" for (~ x D) (in y Y) (block (assert (== x y) (string "bad " (show x ".3")))))
      """#
    ),
    (
      #"""
      let z: Real[d] ~ Normal(0, 1) keyed by user_id
      """#,
      #"""
      (draw z : Real[d] (call Normal 0 1) keyed user_id)
      """#
    ),
    (
      #"""
      print("a {{b}} {f({x: 1, y: "q{z}"}.x):.4} \u{1F600}\n")
      """#,
      #"""
      (call print (string "a {b} " (show (call f (. (record (x 1) (y (string "q" (show z)))) x)) ".4") " 😀\n"))
      """#
    ),
    (
      #"""
      [{lr: lr, loss: fit(lr)} for lr in lrs, k in 0..3 if lr > 0]
      """#,
      #"""
      (each (record (lr lr) (loss (call fit lr))) (in lr lrs) (in k (.. 0 3)) if (> lr 0))
      """#
    ),
    (
      #"""
      {x, y}
      """#,
      #"""
      (record (x x) (y y))
      """#
    ),
    (
      #"""
      {x: 1, y}
      """#,
      #"""
      (record (x 1) (y y))
      """#
    ),
    (
      #"""
      if a { 1 } else if b { 2 }
      else { 3 }
      """#,
      #"""
      (if a (block 1) (if b (block 2) (block 3)))
      """#
    ),
    (
      #"""
      x |> f
        |> g
        .h(1)
      """#,
      #"""
      (|> (|> x f) (call (. g h) 1))
      """#
    ),
    (
      #"""
      let x = 3 +
        4
      let y = (1
        + 2)
      """#,
      #"""
      (let x (+ 3 4))
      (let y (+ 1 2))
      """#
    ),
    (
      #"""
      a within 0.1 of b and c within 3 se of d
      """#,
      #"""
      (and (within a 0.1 b) (within c 3 se d))
      """#
    ),
    (
      #"""
      assert(x); seed = 3; set.add(2); test == 4; model(x)
      """#,
      #"""
      (assert x)
      (= seed 3)
      (call (. set add) 2)
      (== test 4)
      (call model x)
      """#
    ),
    (
      #"""
      -x ^ 2 ^ -3 * 4 // 3 % 2 @ y
      """#,
      #"""
      (@ (% (// (* (neg (^ x (^ 2 (neg 3)))) 4) 3) 2) y)
      """#
    ),
    (
      #"""
      1 + 2i - 3.5i
      """#,
      #"""
      (- (+ 1 2.0i) 3.5i)
      """#
    ),
    (
      #"""
      f(at: 1, from: 2, by: x, seed: 4)
      """#,
      #"""
      (call f at: 1 from: 2 by: x seed: 4)
      """#
    ),
    (
      #"""
      max(a, b) + max d in S { d }
      """#,
      #"""
      (+ (call max a b) (binder max (in d S) (block d)))
      """#
    ),
    (
      #"""
      if exists d in S { d > 1 } { 1 } else { 2 }
      """#,
      #"""
      (if (binder exists (in d S) (block (> d 1))) (block 1) (block 2))
      """#
    ),
    (
      #"""
      x => { let y = x; y }
      """#,
      #"""
      (=> (x) (block (let y x) y))
      """#
    ),
    (
      #"""
      let f = (a, (b, c)) => a + b + c
      """#,
      #"""
      (let f (=> (a (tuple b c)) (+ (+ a b) c)))
      """#
    ),
    (
      #"""
      match forall d in S { d < 10 } by crown { Proved => 1, _ => 2 }
      """#,
      #"""
      (match (binder forall (in d S) (block (< d 10)) by crown) (Proved (block 1)) (_ (block 2)))
      """#
    ),
    (
      #"""
      mean {x, y} in minibatch(train, 128) {
        max x' in (x + Linf(eps)) & Box(0, 1) { cross_entropy(m(x'), y) } by pgd(steps: 5) }
      """#,
      #"""
      (binder mean (in {x y} (call minibatch train 128)) (block (binder max (in x' (& (+ x (call Linf eps)) (call Box 0 1))) (block (call cross_entropy (call m x') y)) by (call pgd steps: 5))))
      """#
    ),
    (
      #"""
      ## file doc

      use nn
      ## about f
      fn f(x) = x
      """#,
      #"""
      (use nn)
      (doc "about f") (fn f (x) x)
      """#
    ),
  ]
}
